// Copies a block of code: of a session at a prompt what was entered, without prompts and outputs.
(() => {
  "use strict";
  const { copy, copied, failed } = /** @type {HTMLScriptElement} */ (document.currentScript).dataset;
  const SHOWN = 2000; // milliseconds until the button says again what it does
  // Screen readers hear what is written into an element that was there before.
  const said = document.createElement("span");
  said.className = "copy-said";
  said.role = "status";
  document.body.append(said);
  let timer = 0;
  let back = () => {};

  /** @param {string} text */
  const entered = (text) => {
    let inside = false;
    const lines = text.split("\n").filter((line) => {
      // After an output, dots stand for a part of it that was left out.
      inside = /^>>>( |$)/.test(line) || (inside && /^\.\.\.( |$)/.test(line));
      return inside;
    });
    return (lines.length ? lines.map((line) => line.slice(4)).join("\n") : text).trimEnd();
  };

  /** @param {Element} bar */
  const codeAbove = (bar) => {
    const above = bar.previousElementSibling;
    if (above instanceof HTMLTextAreaElement) return above.value; // what the reader has made of it
    return entered(above?.querySelector("pre")?.textContent ?? "");
  };

  document.addEventListener("click", async ({ target }) => {
    if (!(target instanceof HTMLButtonElement && target.matches(".copy"))) return;
    let text = failed;
    try {
      await navigator.clipboard.writeText(codeAbove(/** @type {Element} */ (target.parentElement)));
      text = copied;
    } catch {
      // A browser may not allow it, or not know it: the button says that nothing was copied.
    }
    clearTimeout(timer);
    back();
    target.textContent = said.textContent = text ?? "";
    back = () => {
      target.textContent = copy ?? "";
      said.textContent = "";
    };
    timer = setTimeout(back, SHOWN);
  });
})();
