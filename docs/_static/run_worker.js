// Python in a thread of its own, which run.js starts, asks and may end; run_session.py answers.

/** @type {any} */
let python;
/** @type {any} */
let session;

/** @param {string} address */
const text = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.text();
};

/** @param {string} runtime @param {string} helper */
const start = async (runtime, helper) => {
  const source = text(helper);
  const { loadPyodide } = await import(`${runtime}pyodide.mjs`);
  const silent = { messageCallback() {}, errorCallback() {} };
  // Nobody can answer `input()`: for it, there is nothing more to read.
  const streams = { stdin: () => null, stdout() {}, stderr() {} };
  python = await loadPyodide({ indexURL: runtime, ...streams });
  python.FS.writeFile("run_session.py", await source);
  return python.pyimport("run_session").Session(
    (/** @type {string} */ message) => postMessage(JSON.parse(message)),
    (/** @type {string} */ imports) => python.loadPackagesFromImports(imports, silent),
    (/** @type {string} */ wheel) => python.loadPackage(wheel, silent),
    text,
  );
};

// Of what Python itself does not survive, such as a full stack, its answer says nothing.
addEventListener("unhandledrejection", () => {
  try {
    python.runPython("");
  } catch {
    postMessage({ end: "crashed", fatal: true });
  }
});

onmessage = async ({ data }) => {
  let fatal = "noPython";
  try {
    session ??= await start(data.runtime, data.helper);
    fatal = "crashed";
    await session.answer(JSON.stringify(data));
  } catch {
    postMessage({ end: fatal, fatal });
  }
};
