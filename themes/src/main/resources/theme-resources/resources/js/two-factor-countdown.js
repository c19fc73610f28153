// Counts a wait down that the page tells in words, and lets the button be pressed when it is over. Without scripts the
// words stay as they are, and the server says how long to wait.
for (const wait of document.querySelectorAll("[data-two-factor-countdown]")) {
    const button = document.getElementById(wait.dataset.twoFactorButton);
    const end = Date.now() + Number(wait.dataset.twoFactorCountdown) * 1000;
    const tell = () => {
        const left = Math.ceil((end - Date.now()) / 1000);
        if (left <= 0) {
            wait.hidden = true;
            button.disabled = false;
            clearInterval(timer);
        } else {
            wait.textContent = wait.dataset.twoFactorText.replace("#", left);
        }
    };
    button.disabled = true;
    const timer = setInterval(tell, 1000);
    tell();
}
