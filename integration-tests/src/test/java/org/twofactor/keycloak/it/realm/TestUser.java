package org.twofactor.keycloak.it.realm;

/** A user that a test made, and the only one who knows the password. */
public record TestUser(String id, String username, String email, String password) {}
