// The fault summary gets the focus, so that a screen reader and a magnifier begin there.
document.querySelector("[data-focus]")?.focus();
