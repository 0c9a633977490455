// The link to the other language: keeps the place on the page, and remembers the choice for the
// page at the root of the site.
(() => {
  "use strict";
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll(".language-switch");
  for (const link of links) {
    const address = link.href;
    const follow = () => {
      link.href = address + location.hash;
    };
    follow();
    addEventListener("hashchange", follow);
    link.addEventListener("click", () => {
      // The hash can also change without an event, by history.replaceState.
      follow();
      try {
        localStorage.setItem("tinygrad_ko-language", link.hreflang);
      } catch {
        // Storage is switched off: the browser's own language decides next time.
      }
    });
  }
})();
