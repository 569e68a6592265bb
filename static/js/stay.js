// Asks a few minutes before a sign-in runs out, so that nobody is signed out in the middle of a sentence.
// (Without this the line at the foot of the page says until when, with a link that opens beside what is being written.)
const ASK_SECONDS = 180;
const LOOK_MS_MAX = 60_000; // a laptop that slept wakes up with its timers late
const line = document.querySelector("[data-stay]");
const dialog = document.querySelector("[data-stay-dialog]");

if (line && dialog?.showModal) {
  const others = new BroadcastChannel("stay"); // pages of the same sign-in in other tabs
  const late = dialog.querySelector("[data-stay-late]");
  let ends = Date.now() + Number(line.dataset.stay) * 1_000;
  let asked = false;

  const look = () => {
    const left = ends - Date.now() - ASK_SECONDS * 1_000;
    if (left > 0) setTimeout(look, Math.min(left, LOOK_MS_MAX));
    else if (!asked) {
      asked = true;
      dialog.showModal();
    }
  };

  const lasts = (until) => {
    if (until <= ends) return;
    ends = until;
    asked = false;
    dialog.close();
    look();
  };

  dialog.querySelector("[data-stay-on]").addEventListener("click", async () => {
    const answer = await fetch("/stay", { redirect: "error" }).catch(() => null);
    if (!answer?.ok) {
      late.hidden = false;
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const until = Date.now() + Number(page.querySelector("[data-stay]").dataset.stay) * 1_000;
    others.postMessage(until);
    lasts(until);
    dialog.close();
  });

  others.addEventListener("message", (event) => lasts(event.data));
  others.postMessage(ends);
  look();
}
