// Goes through a drawn graph step by step, forward and then backward. The page brings the steps:
// what each says, and which boxes and arrows of the drawing, by number, it is about.
(() => {
  /**
   * @typedef {object} Step
   * @property {string} say
   * @property {string} [heap]
   * @property {number[]} [at] boxes that the step is about
   * @property {number[]} [arrows]
   * @property {number[]} [waiting] boxes in the heap
   * @property {number[]} [new] boxes that are not there before the step
   * @property {Record<string, string>} [gradients] by box
   */

  const KEYS = { Home: "first", ArrowLeft: "back", ArrowRight: "next", End: "last" };

  /** @param {HTMLElement} panel */
  const start = (panel) => {
    const figure = /** @type {HTMLElement} */ (panel.closest("figure"));
    const scroller = /** @type {HTMLElement} */ (figure.querySelector(".plot-box"));
    const drawing = /** @type {SVGElement} */ (scroller.firstElementChild);
    const [said, heap] = panel.querySelectorAll("p");
    const count = /** @type {HTMLElement} */ (panel.querySelector(".graph-count"));
    /** @type {Step[]} */
    const steps = JSON.parse(panel.querySelector("script")?.text ?? "[]");
    const last = steps.length - 1;
    const words = [...drawing.querySelectorAll("text")];
    const lines = [...drawing.querySelectorAll("path")]; // and after all lines, all heads
    /** @type {SVGRectElement[]} */
    const boxes = [];
    for (const box of drawing.querySelectorAll("rect")) boxes[Number(box.dataset.box)] = box;
    const labels = document.createElementNS("http://www.w3.org/2000/svg", "g");
    labels.setAttribute("class", "graph-gradients");
    drawing.append(labels);
    let now = 0;

    /** @param {number} number @param {string} text @param {boolean} fresh */
    const label = (number, text, fresh) => {
      const element = document.createElementNS(labels.namespaceURI, "text");
      const { x, y, width, height } = boxes[number].getBBox();
      element.setAttribute("x", `${x + width / 2}`);
      element.setAttribute("y", `${y + height + 12}`);
      element.setAttribute("class", fresh ? "fresh" : "");
      element.textContent = text;
      labels.append(element);
    };

    const show = () => {
      const step = steps[now];
      const after = now ? steps.slice(now + 1).filter((each) => each.new) : [];
      const later = new Set(after.flatMap((each) => each.new));
      const laterLines = new Set(after.flatMap((each) => each.arrows));
      boxes.forEach((box, i) => {
        const state = later.has(i)
          ? "later"
          : step.at?.includes(i)
            ? "now"
            : step.waiting?.includes(i)
              ? "waiting"
              : "";
        box.dataset.is = words[i].dataset.is = state;
      });
      lines.forEach((line, i) => {
        const arrow = i % (lines.length / 2);
        line.dataset.is = step.arrows?.includes(arrow)
          ? i === arrow
            ? "now"
            : "head"
          : laterLines.has(arrow)
            ? "later"
            : "";
      });
      labels.replaceChildren();
      const all = Object.assign({}, ...steps.slice(0, now + 1).map((each) => each.gradients));
      for (const i in all) label(Number(i), all[i], i in (step.gradients ?? {}));
      count.textContent = `${now} / ${last}`;
      said.textContent = step.say;
      heap.textContent = step.heap ?? "";
      // What was needed once is kept, so that the text below does not jump.
      const text = /** @type {HTMLElement} */ (said.parentElement);
      text.style.minHeight = `${text.offsetHeight}px`;
      for (const button of panel.querySelectorAll("button")) {
        const back = button.dataset.to === "first" || button.dataset.to === "back";
        // Not `disabled`: the button would lose the focus of who presses it to the end.
        button.ariaDisabled = `${now === (back ? 0 : last)}`;
      }
      const here = boxes[step.at?.[0] ?? -1]?.getBoundingClientRect();
      const frame = scroller.getBoundingClientRect();
      if (here) scroller.scrollLeft += here.x + here.width / 2 - frame.x - frame.width / 2;
    };

    /** @param {string | undefined} to */
    const go = (to) => {
      const next = { first: 0, back: now - 1, next: now + 1, last }[to ?? ""];
      if (next === undefined || next < 0 || next > last || next === now) return;
      now = next;
      show();
    };

    panel.addEventListener("click", (event) => {
      if (event.target instanceof HTMLButtonElement) go(event.target.dataset.to);
    });
    figure.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      // A drawing that is wider than its box scrolls with these keys.
      if (event.target === scroller && scroller.scrollWidth > scroller.clientWidth) return;
      const to = KEYS[/** @type {keyof KEYS} */ (event.key)];
      if (!to) return;
      event.preventDefault();
      go(to);
    });
    // Whoever presses the drawing can go on with the keys.
    figure.tabIndex = -1;
    show();
  };

  for (const panel of document.querySelectorAll(".graph-steps"))
    start(/** @type {HTMLElement} */ (panel));
})();
