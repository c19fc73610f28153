package org.twofactor.keycloak;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.twofactor.keycloak.compat.KeycloakCompat;

/** The house as {@code docs/architecture.md} draws it: arrows run down only, and names say what a thing is. */
@AnalyzeClasses(packages = "org.twofactor.keycloak", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule ARROWS_RUN_DOWN_ONLY = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("org.twofactor.keycloak..")
            .layer("doors")
            .definedBy("..rest..", "..authenticator..", "..grant..")
            .layer("token")
            .definedBy("..token..")
            .layer("factor")
            .definedBy("..factor..", "..password..", "..email..", "..device..")
            .layer("mailcode")
            .definedBy("..mailcode..")
            .layer("guard")
            .definedBy("..guard..")
            .layer("mail")
            .definedBy("..mail..")
            .layer("budget")
            .definedBy("..budget..")
            .layer("settings")
            .definedBy("..settings..")
            .layer("code")
            .definedBy("..code..")
            .layer("store")
            .definedBy("..store..")
            .layer("compat")
            .definedBy("..compat..")
            .whereLayer("doors")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("token")
            .mayOnlyBeAccessedByLayers("doors")
            .whereLayer("factor")
            .mayOnlyBeAccessedByLayers("doors", "token")
            .whereLayer("mailcode")
            .mayOnlyBeAccessedByLayers("doors", "token", "factor")
            .whereLayer("guard")
            .mayOnlyBeAccessedByLayers("doors", "token", "factor", "mailcode")
            .whereLayer("mail")
            .mayOnlyBeAccessedByLayers("doors", "token", "factor", "mailcode", "guard")
            .whereLayer("budget")
            .mayOnlyBeAccessedByLayers("doors", "token", "factor", "mailcode", "guard", "mail")
            .whereLayer("settings")
            .mayOnlyBeAccessedByLayers("doors", "token", "factor", "mailcode", "guard", "mail", "budget")
            .whereLayer("store")
            .mayOnlyBeAccessedByLayers("doors", "token", "factor", "mailcode", "guard", "mail", "budget")
            .whereLayer("code")
            .mayOnlyBeAccessedByLayers("doors", "token", "factor", "mailcode", "guard", "mail", "budget", "store");

    @ArchTest
    static final ArchRule DOORS_DO_NOT_KNOW_EACH_OTHER = noClasses()
            .that()
            .resideInAPackage("..rest..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..authenticator..", "..grant..")
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("org.keycloak.authentication..");

    @ArchTest
    static final ArchRule CORE_KNOWS_NO_HTTP = noClasses()
            .that()
            .resideOutsideOfPackages("..rest..", "..authenticator..", "..grant..")
            .and()
            .doNotBelongToAnyOf(KeycloakCompat.class)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.ws.rs..");

    @ArchTest
    static final ArchRule KEYCLOAKS_MOVING_PARTS_ARE_CALLED_FROM_ONE_CLASS = noClasses()
            .that()
            .doNotBelongToAnyOf(KeycloakCompat.class)
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.keycloak.services.managers.BruteForceProtector")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.keycloak.services.cors.Cors")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.keycloak.services.util.DPoPUtil")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.keycloak.authentication.AuthenticationProcessor")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.keycloak.authentication.requiredactions.UpdateEmail");

    @ArchTest
    static final ArchRule NO_CONDITION_LOOKS_AT_THE_REQUEST = noClasses()
            .that()
            .areAssignableTo("org.twofactor.keycloak.authenticator.Condition")
            .or()
            .haveSimpleName("Demand")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.keycloak.http..", "jakarta.ws.rs..");

    @ArchTest
    static final ArchRule NAMES_SAY_WHAT_A_THING_IS =
            noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Common|Misc)(\\$.*)?");

    @ArchTest
    static final ArchRule RULES_TAKE_THE_TIME_AS_AN_ARGUMENT = noClasses()
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(java.time.Instant.class, "now");

    @ArchTest
    static final ArchRule S07_secretsAreNeverComparedAsText = noClasses()
            .that()
            .resideInAnyPackage("..factor..", "..code..")
            .and()
            .areNotEnums()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.keycloak.credential.hash.PasswordHashProvider");

    @ArchTest
    static final ArchRule NO_STANDARD_STREAMS = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule NO_ASYNCHRONOUS_ANSWERS = noMethods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAPackage("..rest..")
            .should()
            .haveRawReturnType(java.util.concurrent.CompletionStage.class);
}
