// The menus that fold on narrow screens close with the Escape key, and when a link in them is
// followed that stays on the page.
(() => {
  "use strict";
  /** @type {NodeListOf<HTMLInputElement>} */
  const boxes = document.querySelectorAll(".sidebar-toggle");
  const close = (/** @type {boolean} */ back) => {
    for (const box of boxes) {
      if (box.checked && back) box.focus();
      box.checked = false;
    }
  };
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(true);
  });
  addEventListener("hashchange", () => close(false));
})();
