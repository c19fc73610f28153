package org.twofactor.keycloak.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.store.StoreContract;

/** The contract that the unit tests hold the store in memory to, held up to Keycloak's, inside the server. */
@KeycloakTest
class StoreContractIT {

    @ParameterizedTest
    @MethodSource("contract")
    void S09_keycloaksStoreKeepsTheContractOfTheOneInMemory(String test, Backdoor backdoor) {
        assertThat(backdoor.storeContract(test)).isEmpty();
    }

    static Stream<String> contract() {
        return Arrays.stream(StoreContract.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .sorted();
    }
}
