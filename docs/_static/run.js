// Runs the examples of a page in the reader's browser, and lets the reader change them.
//
// Nothing is loaded before the first press of a button. Python is in run_worker.js.
(() => {
  "use strict";
  const settings = document.getElementById("run-settings")?.textContent ?? "";
  const { texts, version, ...places } = JSON.parse(settings);
  const script = /** @type {HTMLScriptElement} */ (document.currentScript).src;
  const near = (/** @type {string} */ name) => `${new URL(name, script)}?v=${version}`;
  const whole = (/** @type {string} */ path) => `${new URL(path, location.href)}`;
  const say = (/** @type {string} */ name, /** @type {unknown} */ value = "") =>
    texts[name].replace("{}", () => value);

  /** @type {Worker | undefined} */
  let worker;
  /** @type {Example | undefined} */
  let running;

  class Example {
    /** @type {HTMLTextAreaElement | undefined} */
    editor;
    /** @type {HTMLElement | undefined} */
    output;
    code = "";

    /** @param {HTMLElement} box @param {number} place */
    constructor(box, place) {
      this.box = box;
      this.number = place + 1;
      const [start, edit, reset] = box.querySelectorAll(".run-bar button:not(.copy)");
      this.start = /** @type {HTMLButtonElement} */ (start);
      this.edit = /** @type {HTMLButtonElement} */ (edit);
      this.reset = /** @type {HTMLButtonElement} */ (reset);
      this.status = /** @type {HTMLElement} */ (box.querySelector(".run-status"));
      if (!start) return; // it cannot run here, but others need what it defines
      // The second half of a double click is not meant for the button that is there by then.
      this.start.onclick = ({ detail }) => {
        if (detail < 2) running === this ? this.end("stopped", true) : this.run();
      };
      this.edit.onclick = () => this.open();
      this.reset.onclick = () => this.restore();
    }

    get block() {
      const { box, editor, number, output } = this;
      const text = box.querySelector("pre")?.textContent;
      return { text, ...box.dataset, number, code: editor?.value, shown: !!output };
    }

    run() {
      if (running) return;
      if (location.protocol === "file:") return this.say("file");
      running = this;
      this.mark();
      this.say(worker ? "running" : "load");
      if (!worker) {
        worker = new Worker(near("run_worker.js"), { type: "module" });
        worker.onmessage = ({ data }) => running?.receive(data);
        worker.onerror = () => running?.end("noPython", true);
      }
      worker.postMessage({
        ...places,
        runtime: whole(places.runtime),
        python: whole(places.python),
        helper: near("run_session.py"),
        blocks: examples.slice(0, this.number).map(({ block }) => block),
      });
    }

    /** @param {Record<string, any>} message From the worker. */
    receive({ number, code, lines, state, end, fatal, value, lost, earlier }) {
      if (number) examples[number - 1].show(code, lines);
      if (state) this.say(state, value);
      if (!end) return;
      this.end(end, fatal, value);
      if (lost) this.status.append(" ", say("noPackages", lost));
      if (!earlier) return;
      const { box } = examples[earlier - 1];
      box.id ||= `example-${earlier}`;
      const link = document.createElement("a");
      link.href = `#${box.id}`;
      link.textContent = say("example", earlier);
      this.status.append(` ${say("earlier")} `, link);
    }

    /** @param {string} name @param {boolean} close Whether Python ends too. @param {unknown} [value] */
    end(name, close, value) {
      running = undefined;
      if (close) {
        worker?.terminate();
        worker = undefined;
      }
      this.mark();
      this.say(name, value);
    }

    /** @param {string} name @param {unknown} [value] */
    say(name, value) {
      this.status.textContent = say(name, value);
    }

    /** Let the buttons say what they do now. */
    mark() {
      this.start.textContent = say(running ? "stop" : "run");
      for (const { start } of examples)
        if (start && start !== this.start) start.disabled = !!running;
    }

    open() {
      const editor = (this.editor = document.createElement("textarea"));
      const grow = () => (editor.rows = editor.value.split("\n").length + 1);
      editor.value = this.code;
      editor.spellcheck = false;
      editor.wrap = "off";
      editor.autocapitalize = "off";
      editor.ariaLabel = say("code", this.number);
      editor.oninput = grow;
      editor.onkeydown = (event) => {
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        if (event.ctrlKey || event.metaKey) return this.run();
        const line = editor.value.slice(0, editor.selectionStart).split("\n").pop() ?? "";
        const indent = line.match(/^ */) + (/:\s*$/.test(line) ? "    " : "");
        document.execCommand("insertText", false, `\n${indent}`);
      };
      grow();
      this.start.parentElement?.before(editor);
      this.edit.hidden = true;
      editor.focus();
    }

    restore() {
      if (running === this) this.end("stopped", true);
      this.editor?.remove();
      this.output?.remove();
      this.editor = this.output = undefined;
      this.edit.hidden = this.reset.hidden = true;
      this.status.textContent = "";
      this.start.focus();
    }

    /** @param {string} code @param {[string, string][]} lines What is in them, and their text. */
    show(code, lines) {
      if (!this.output) {
        this.output = document.createElement("pre");
        this.output.className = "run-result";
        this.output.tabIndex = 0;
        this.output.role = "group";
        this.output.ariaLabel = say("result", this.number);
        this.box.append(this.output);
      }
      this.code = code;
      this.edit.hidden = !!this.editor;
      this.reset.hidden = false;
      this.output.replaceChildren(
        ...lines.map(([kind, text]) => {
          const line = document.createElement("span");
          line.className = `run-${kind}`;
          line.textContent = text || say("nothing");
          line.dataset.label = texts[`${kind}Label`] ?? "";
          return line;
        }),
      );
    }
  }

  const examples = [...document.querySelectorAll(".example")].map(
    (box, place) => new Example(/** @type {HTMLElement} */ (box), place),
  );
})();
