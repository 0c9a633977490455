// Start CPython in WebAssembly, and run the examples that come in on standard input, as JSON.
//
//   node run.mjs FOLDER_OF_PYODIDE < examples.json > report.json

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = resolve(process.argv[2]);
const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
const python = await loadPyodide({ indexURL: folder, stdout: () => {}, stderr: console.error });
python.runPython(readFileSync(new URL("run_inside.py", import.meta.url), "utf-8"));
process.stdout.write(python.globals.get("report")(readFileSync(0, "utf-8")));
