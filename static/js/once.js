// A form is sent once: a second press while the first is under way does nothing.
// (The server is safe by itself: the form's key makes a repeat harmless. This spares the person the doubt.)
const SENDING_MS_MAX = 10_000;

function release(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll("[type=submit]")) button.removeAttribute("aria-disabled");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  event.submitter?.setAttribute("aria-disabled", "true");
  setTimeout(release, SENDING_MS_MAX, form);
});

// The browser's back button may bring the page back as it was left.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) release(form);
});
