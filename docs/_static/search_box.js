// On every page: Ctrl+K goes to the search box, and the words that led to the page are marked.

// A word in a text: Hangul with any spaces between, Latin words also with an ending.
var wordPattern = (/** @type {string[]} */ words) => {
  const each = words.map((word) => {
    if (/[가-힣]/.test(word)) return [...word].join("\\s*");
    const end = word.length > 4 ? "[a-z]*" : "(?:s|es|e?d|ing)?(?![a-z\\d])";
    return `(?<![a-z\\d])${word.replace(/i$/, "[iy]")}${end}`;
  });
  return new RegExp(each.join("|") || "(?!)", "giu");
};

// Marks words without a change to the page; says whether the browser can.
var markWords = (/** @type {Node} */ place, /** @type {string[]} */ words) => {
  if (!("highlights" in CSS)) return false;
  const marks = CSS.highlights.get("search") ?? new Highlight();
  CSS.highlights.set("search", marks);
  const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  for (let node; (node = texts.nextNode()); )
    for (const { 0: found, index } of (node.nodeValue ?? "").matchAll(wordPattern(words))) {
      const range = new Range();
      range.setStart(node, index);
      range.setEnd(node, index + found.length);
      marks.add(range);
    }
  return true;
};

(() => {
  "use strict";
  const address = new URL(location.href);
  const words = address.searchParams.get("highlight")?.match(/[\p{L}\p{N}_]+/gu);
  const article = document.querySelector("article");
  // Where this cannot mark, Sphinx wraps the words, and finds them in the address.
  if (words && article && markWords(article, words)) {
    address.searchParams.delete("highlight");
    history.replaceState(history.state, "", address);
  }

  addEventListener("keydown", (event) => {
    if (event.key === "Escape") CSS.highlights?.clear();
    // On a Korean keyboard the key is ㅏ; on others, k may have another place.
    const k = event.key.toLowerCase() === "k" || (event.key > "z" && event.code === "KeyK");
    if (!k || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    const box = /** @type {HTMLInputElement} */ (document.querySelector("[name=q]"));
    // On narrow screens it is in a drawer.
    const drawer = /** @type {HTMLInputElement} */ (document.getElementById("__navigation"));
    drawer.checked = !!box.closest(".sidebar-drawer");
    box.focus();
    box.select();
  });
})();
