// "Leave the page quickly": the page is replaced, so that the back button doesn't lead here; three presses of Escape do the same.
const link = document.querySelector("a[data-quick-exit]");

if (link) {
  const leave = () => location.replace(link.href);
  let presses = [];
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    presses = [...presses.filter((then) => event.timeStamp - then < 2_000), event.timeStamp];
    if (presses.length >= 3) leave();
  });
}
