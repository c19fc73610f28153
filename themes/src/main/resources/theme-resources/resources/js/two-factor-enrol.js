// What the pages on which second factors are set up do better with a script. They do everything without it, too.

// A form is sent once: the answer to the first press may be the only one that shows the recovery codes.
for (const form of document.querySelectorAll("form[data-two-factor-once]")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
    }
    sent = true;
  });
  window.addEventListener("pageshow", () => {
    sent = false;
  });
}

// A page of codes that comes back from the browser's memory is asked for anew, and has no codes then.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    window.location.reload();
  }
});

const copy = document.getElementById("two-factor-copy");
if (copy) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    if (await copied(copy.dataset.text)) {
      const status = document.getElementById(copy.dataset.twoFactorCopied);
      status.textContent = status.dataset.text;
    }
  });
}

/** Over plain http browsers have no clipboard, but for the older way. */
async function copied(text) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("readonly", "");
  area.className = "pf-v5-screen-reader";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

const print = document.getElementById("two-factor-print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
