package org.twofactor.keycloak.device;

import java.util.List;
import java.util.Optional;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.mailcode.CodeMails;

/** The devices that a caller has shown to be: of several users perhaps, or none. */
public record ShownDevices(List<KnownDevice> all) {
    public static final ShownDevices NONE = new ShownDevices(List.of());

    /** The one of that user. */
    public Optional<KnownDevice> of(UserModel user) {
        return all.stream()
                .filter(device -> device.user().getId().equals(user.getId()))
                .findFirst();
    }

    /**
     * The one whose user has that address. It looks at the users of the devices alone, and so tells nothing of who else
     * has an account.
     *
     * @param address normalised
     */
    public Optional<KnownDevice> ofAddress(String address) {
        return all.stream()
                .filter(device -> device.user().getEmail() != null
                        && address.equals(CodeMails.normalised(device.user().getEmail())))
                .findFirst();
    }
}
