package org.twofactor.keycloak.rest;

import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.Locale;
import java.util.Set;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.compat.KeycloakCompat;

/**
 * What a resource has no method for: 404, or 405 with {@code Allow}, by the OpenAPI document, in the shape of all errors;
 * and CORS preflights. Without it Keycloak would answer, in its own shape. A resource that has a method on its
 * own path overrides {@code ownX}.
 */
abstract class UnmatchedPaths {
    protected final KeycloakSession session;

    UnmatchedPaths(KeycloakSession session) {
        this.session = session;
    }

    @GET
    public Response ownGet() {
        return unmatched();
    }

    @GET
    @Path("{any:.+}")
    public Response unmatchedGet() {
        return unmatched();
    }

    @POST
    public Response ownPost() {
        return unmatched();
    }

    @POST
    @Path("{any:.+}")
    public Response unmatchedPost() {
        return unmatched();
    }

    @PUT
    public Response ownPut(InputStream in) {
        return unmatched();
    }

    @PUT
    @Path("{any:.+}")
    public Response unmatchedPut() {
        return unmatched();
    }

    @PATCH
    public Response ownPatch() {
        return unmatched();
    }

    @PATCH
    @Path("{any:.+}")
    public Response unmatchedPatch() {
        return unmatched();
    }

    @DELETE
    public Response ownDelete() {
        return unmatched();
    }

    @DELETE
    @Path("{any:.+}")
    public Response unmatchedDelete() {
        return unmatched();
    }

    /** Any origin may ask which methods there are; whose origin may call is decided at the call, by its client. */
    @OPTIONS
    @Path("{any:.*}")
    public Response preflight() {
        Set<String> methods = methods();
        return methods.isEmpty() ? unmatched() : KeycloakCompat.preflight(methods);
    }

    final Response unmatched() {
        Set<String> methods = methods();
        String method = session.getContext().getHttpRequest().getHttpMethod();
        // A method that the document has comes here by a path that is written another way than it has it.
        boolean unknown = methods.isEmpty() || methods.contains(method.equals("HEAD") ? "GET" : method);
        return Operation.refuse(
                session,
                unknown
                        ? Answer.refusal(RestError.NOT_FOUND)
                        : Answer.refusal(RestError.METHOD_NOT_ALLOWED).with("Allow", String.join(", ", methods)));
    }

    /** An encoded slash parts no segments: JAX-RS has not found the operation either. */
    private Set<String> methods() {
        String raw = session.getContext().getUri().getRequestUri().getRawPath();
        return raw.toLowerCase(Locale.ROOT).contains("%2f") ? Set.of() : ApiDocument.methodsOf(path());
    }

    /** As the OpenAPI document has it: behind the realm, and without a slash at the end. */
    private String path() {
        String path = session.getContext().getUri().getPath();
        String realm = "/realms/" + session.getContext().getRealm().getName();
        String own = path.startsWith("/") ? path : "/" + path;
        return own.substring(realm.length()).replaceAll("/+$", "");
    }
}
