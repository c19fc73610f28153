// Keycloak's page of other ways takes clicks and no keys. Whoever comes to its link by the keyboard, where a click has no
// count, gets the ways on this page instead.
const link = document.getElementById("try-another-way");
const ways = document.getElementById("two-factor-other-ways");
link?.addEventListener("click", event => {
    if (event.detail === 0) {
        event.preventDefault();
        link.hidden = true;
        ways.hidden = false;
        ways.querySelector("button").focus();
    }
});
