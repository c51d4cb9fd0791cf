"use strict";

// Where the page is: the routes lie below it, whatever stands in front of them.
const HOME = location.origin + location.pathname.replace(/\/?$/, "/");
const SETTINGS = JSON.parse(document.body.dataset.settings);
const SHOWN = 200; // answers at once
const KEPT = 5000; // answers in memory
const MAX_BYTES = Math.min(SETTINGS.max_bytes, 500000); // of a body; a load balancer takes 1 MB
const MAX_FILE_BYTES = 50000000;
const SEVERAL = SETTINGS.labels > 2; // labels: then each answer has its own, and no threshold parts them
const ADDED = ["label", "probability", "model_version", "warnings", ...(SEVERAL ? ["probabilities"] : [])];
const WARNINGS = {
  empty: "There is no word in it.",
  no_known_words: "The model knows none of its words.",
  unfamiliar: "The model knows few of its words.",
  truncated: "The model reads the first part of it.",
};

const find = (id) => document.getElementById(id);
const sleep = (milliseconds) => new Promise((wake) => setTimeout(wake, milliseconds));
const round = (number, digits) => number.toLocaleString("en", {
  minimumFractionDigits: digits, maximumFractionDigits: digits });
const count = (number, noun) => `${round(number, 0)} ${noun}${number === 1 ? "" : "s"}`;
const sizeOf = (text) => new TextEncoder().encode(JSON.stringify(text)).length + 1;

/** A new element with a class and children, which are elements or plain text. */
function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

// --- The server -------------------------------------------------------------------------------------

let key = ""; // in the memory of this tab alone
let keyGiven = null; // the promise of a key, while the field is open

const ask = async (route, body) => (await fetchRoute(route, body)).json();

/** The answer of a route. Asks for a key where it must, and again where a gateway is busy. */
async function fetchRoute(route, body) {
  for (let tries = 0; ;) {
    const used = key;
    const headers = { Accept: "application/json, text/markdown" };
    if (body) headers["Content-Type"] = "application/json";
    if (used) headers["X-Api-Key"] = used;
    const options = { headers, method: body ? "POST" : "GET", body: body && JSON.stringify(body) };
    const response = await fetch(HOME + route, options).catch(() => null);
    if (response?.ok) return response;
    const status = response ? response.status : 0;
    if (status === 401 || status === 403) {
      if (used === key) await askForKey(Boolean(used));
    } else if ([0, 429, 502, 503, 504].includes(status) && tries < 3) {
      await sleep(500 * 2 ** tries++);
    } else {
      throw new Error(response ? await explainRefusal(response) : "The server does not answer.");
    }
  }
}

async function explainRefusal(response) {
  const problem = await response.json().catch(() => ({}));
  const faults = (problem.errors || []).map((fault) => `${fault.pointer} ${fault.detail}`);
  const detail = problem.detail || problem.message || "";
  return [`The server answers ${response.status}:`, detail, ...faults].join(" ");
}

function askForKey(refused) {
  find("key-why").textContent = refused ? "The server refuses this key." : "The server asks for a key.";
  if (!keyGiven) {
    find("key").hidden = false;
    find("key-value").focus();
    keyGiven = new Promise((give) => {
      find("key").onsubmit = (event) => {
        event.preventDefault();
        key = find("key-value").value.trim();
        find("key-value").value = "";
        find("key").hidden = true;
        keyGiven = null;
        give();
      };
    });
  }
  return keyGiven;
}

/** A link sends no key: where the gateway wants one, the script fetches what is a file. */
async function follow(event) {
  const { href, dataset: { route } } = event.currentTarget;
  if (!key && !keyGiven) return;
  event.preventDefault();
  if (route === "docs") {
    const free = await fetch(href).then((response) => response.ok, () => false);
    if (free) location.assign(href);
    else find("links").textContent = "The gateway wants a key for these pages too, and a browser sends none with " +
      "a link. Download OpenAPI, and open it in a client for APIs.";
    return;
  }
  try {
    save([await (await fetchRoute(route)).blob()], `${route.replace(".json", "")}.json`);
  } catch (error) {
    find("links").textContent = error.message;
  }
}

// --- Labels -----------------------------------------------------------------------------------------

const names = { high: "", low: "", middle: "" }; // as the server calls them
let version = "";

/** The names of the labels: three answers show those of two. */
async function learnNames() {
  const learn = async (side, options) => {
    const { model, predictions } = await ask("predict", { text: "I love this", uncertain: null, ...options });
    names[side] = predictions[0].label;
    version = model.version;
    find("model").textContent = `The model is ${model.name} ${model.version}.`;
  };
  if (SEVERAL) {
    await learn("high", {});
    Object.assign(names, { high: "the label", low: "the others", middle: "no label" });
    document.querySelector("fieldset").hidden = true;
  } else {
    await learn("high", { threshold: 0 });
    await learn("low", { threshold: 1 });
    await learn("middle", { uncertain: [0, 1] });
  }
  for (const element of document.querySelectorAll("[data-name]")) {
    element.textContent = names[element.dataset.name];
  }
  find("legend").hidden = false;
}

// What the sliders stand for: a slider has steps, but the threshold of a model may lie between two.
const values = { threshold: SETTINGS.threshold };
[values.lower, values.upper] = SETTINGS.uncertain || [SETTINGS.threshold, SETTINGS.threshold];

/** Which side of the threshold, or within the band, as the server decides it. */
function sideOf(probability) {
  if (SEVERAL) return "high";
  if (values.lower < probability && probability < values.upper) return "middle";
  return probability >= values.threshold ? "high" : "low";
}

const labelOf = (answer) => (SEVERAL ? answer.label : names[sideOf(answer.probability)]);

function showSettings() {
  const band = values.lower < values.upper;
  for (const [id, value] of Object.entries(values)) {
    const shown = value.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 4 });
    find(`${id}-value`).textContent = id === "threshold" || band ? shown : "off";
    find(id).setAttribute("aria-valuetext", find(`${id}-value`).textContent);
  }
  document.body.style.setProperty("--threshold", values.threshold);
}

function summarize(answers, noun) {
  const counts = new Map(["high", "middle", "low"].map((side) => [names[side], 0]));
  for (const label of answers.map(labelOf)) counts.set(label, (counts.get(label) || 0) + 1);
  const shares = [...counts].filter(([, times]) => times).map(([label, times]) => `${round(times, 0)} ${label}`);
  return `${count(answers.length, noun)}${shares.length ? ": " : ""}${shares.join(", ")}.`;
}

// --- Texts ------------------------------------------------------------------------------------------

const known = new Map(); // the answer to each text that was asked
let asking = false;

const readTexts = () => find("texts").value.split("\n").filter((line) => line.trim());

/** Why the server would refuse a text, or "". It counts characters as the server does. */
function findFault(text) {
  if (typeof text !== "string") return "has no text";
  if (text.isWellFormed && !text.isWellFormed()) return "has half a character";
  const characters = text.length > SETTINGS.max_characters ? [...text].length : 0;
  if (characters <= SETTINGS.max_characters) return "";
  const most = round(SETTINGS.max_characters, 0);
  return `has ${round(characters, 0)} characters, at most ${most} are taken: shorten it`;
}

/** The first of `texts` that fit into a request. */
function takePart(texts, maxCharacters) {
  let bytes = 1000, characters = 0, end = 0;
  while (end < texts.length && end < SETTINGS.max_texts) {
    bytes += sizeOf(texts[end]);
    characters += texts[end].length;
    if (end && (bytes > MAX_BYTES || characters > maxCharacters)) break;
    end += 1;
  }
  return texts.slice(0, end);
}

/** Ask until the answers to all texts are known. What is typed meanwhile is asked next. */
async function answerTexts() {
  if (asking) return;
  asking = true;
  try {
    if (!names.middle) await learnNames();
    for (;;) {
      const read = new Set(readTexts().slice(0, SHOWN));
      const missing = [...read].filter((text) => !known.has(text) && !findFault(text));
      const texts = takePart(missing, SETTINGS.max_characters);
      if (!texts.length) break;
      const { predictions } = await ask("predict", { texts, explain: true });
      if (known.size > KEPT) known.clear();
      texts.forEach((text, index) => known.set(text, predictions[index]));
    }
    showAnswers();
  } catch (error) {
    find("status").textContent = error.message;
  } finally {
    asking = false;
  }
}

function showAnswers() {
  showSettings();
  const texts = readTexts();
  const shown = texts.slice(0, SHOWN).filter((text) => known.has(text) || findFault(text));
  find("answers").replaceChildren(...shown.map((text) => showAnswer(text, known.get(text))));
  if (!names.middle) return;
  const answers = shown.filter((text) => known.has(text)).map((text) => known.get(text));
  const more = texts.length > SHOWN ? ` The first ${SHOWN} of ${round(texts.length, 0)} lines are read: ` +
    "put them into a file to score them all." : "";
  find("status").textContent = summarize(answers, "text") + more;
}

function showAnswer(text, answer) {
  if (!answer) return make("li", "", make("p", "warning", `${text.slice(0, 80)}… ${findFault(text)}.`));
  const side = sideOf(answer.probability);
  const item = make("li", side);
  const probability = make("span", "probability", round(answer.probability, 3));
  probability.title = `probability of ${names.high}`;
  item.append(make("span", "label", labelOf(answer)), drawBar(answer.probability), probability);
  const words = make("p", "words", ...tint(text, answer.explanation.terms));
  words.dir = "auto";
  item.append(words, make("p", "unseen", explainWords(words)));
  for (const warning of answer.warnings) item.append(make("p", "warning", WARNINGS[warning] || warning));
  return item;
}

function drawBar(probability) {
  const bar = make("span", "bar");
  bar.style.setProperty("--probability", probability);
  bar.setAttribute("aria-hidden", "true");
  return bar;
}

/** The text in pieces, each as strong as what it adds. Positions count whole characters. */
function tint(text, terms) {
  const characters = [...text];
  const cuts = new Set([0, characters.length]);
  for (const term of terms) cuts.add(term.start).add(term.end);
  const places = [...cuts].sort((one, other) => one - other);
  return places.slice(1).map((end, index) => {
    const start = places[index];
    const piece = characters.slice(start, end).join("");
    let sum = 0;
    for (const term of terms) {
      if (term.start <= start && end <= term.end) {
        sum += term.contribution * (end - start) / (term.end - term.start);
      }
    }
    if (Math.abs(sum) < 0.005 || !piece.trim()) return piece;
    const mark = make("mark", sum > 0 ? "high" : "low", piece);
    mark.style.setProperty("--tint", Math.min(1, Math.abs(sum) / 1.5));
    mark.title = (sum > 0 ? "+" : "−") + round(Math.abs(sum), 2);
    return mark;
  });
}

/** What the tints say, in words. */
function explainWords(words) {
  const parts = ["high", "low"].map((side) => {
    const marks = [...words.querySelectorAll(`mark.${side}`)];
    const list = marks.map((mark) => `${mark.textContent} ${mark.title}`).join(", ");
    return list && `For ${names[side]}: ${list}.`;
  });
  return parts.filter(Boolean).join(" ");
}

// --- Files ------------------------------------------------------------------------------------------

/** Yield the rows of CSV (RFC 4180): their line, their text as it stands (`raw`), their fields, and a fault.
    The first line end decides which kind ends a row. The other kind is text; not in quotes, it must be
    written anew, and `raw` is "". Throws an Error if a quote is never closed. */
function* readCsv(text, delimiter) {
  const end = findLineEnd(text);
  const plain = `[^${delimiter.replace(/[\\\]^-]/, "\\$&")}${end}]*`;
  const pattern = new RegExp(`"([^"]*(?:""[^"]*)*)"(?!")(${plain})|(?!")(${plain})`, "y");
  for (let at = 0, line = 1; at < text.length; at += 1) {
    const start = at, fields = [];
    let fault = "", broken = false;
    for (let more = true; more; at += more) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (!match) throw new Error(`In the row at line ${line}, a quote is never closed.`);
      at = pattern.lastIndex;
      more = text[at] === delimiter;
      const bare = match[2] ?? match[3];
      const rest = text[at] === "\n" ? bare.replace(/\r+$/, "") : bare;
      if (match[2] !== undefined && rest) fault = "has characters behind a quote";
      broken ||= /[\r\n]/.test(rest);
      fields.push((match[1] ?? "").replaceAll('""', '"') + rest);
    }
    const whole = text.slice(start, at);
    const raw = text[at] === "\n" ? whole.replace(/\r+$/, "") : whole;
    if (raw) yield { line, raw: broken || fault ? "" : raw, fields, fault };
    line += whole.split(end).length;
  }
}

/** The first line end that is not in quotes: CR alone on old machines, else LF, which CR may precede. */
function findLineEnd(text) {
  for (const [found] of text.matchAll(/"[^"]*"?|\r*\n|\r/g)) {
    if (found[0] !== '"') return found === "\r" ? "\r" : "\n";
  }
  return "\n";
}

function quote(field, delimiter) {
  return /["\r\n]/.test(field) || field.includes(delimiter) ? `"${field.replaceAll('"', '""')}"` : field;
}

const simplify = (name) => name.toLowerCase().replace(/[\s_\ufeff-]/g, "");
const TEXTS = /^(text|tweet(text)?|fulltext|content|review(text|body)?|body|message|comment(text)?|sentence)$/;

/** The name that surely is that of the texts, or "". */
function guessColumn(columns) {
  const wanted = SETTINGS.text_column;
  const exact = columns.find((name) => name === (wanted || "text"));
  if (exact || wanted) return exact || "";
  const named = columns.filter((name) => name.trim() === "text");
  const like = named.length ? named : columns.filter((name) => TEXTS.test(simplify(name)));
  return like.length === 1 ? like[0] : "";
}

/** Our columns, with a prefix if one of them is there already. */
function nameAdded(taken) {
  let added = ADDED;
  while (added.some((name) => taken.has(name))) added = added.map((name) => `sentiment_${name}`);
  return added;
}

/** A table: its columns, and for each row the text in a column, why there is none, and the row with answers. */
function openCsv(text) {
  const [declaration, declared] = text.match(/^"?sep=([^\w\s"]|\t)"?\r*\n?/i) || ["", ""];
  const body = text.slice(declaration.length);
  const header = (delimiter) => readCsv(body, delimiter).next().value?.fields || [];
  const rank = (delimiter) => Boolean(guessColumn(header(delimiter))) * header(delimiter).length;
  const delimiter = declared || [..."|\t;,"].sort((one, other) =>
    rank(one) - rank(other) || header(one).length - header(other).length).pop();
  const [first, ...rows] = readCsv(body, delimiter);
  const columns = first ? first.fields : [];
  const added = nameAdded(new Set(columns));
  const lineEnd = findLineEnd(body) === "\r" ? "\r" : body.includes("\r\n") ? "\r\n" : "\n";
  const skipped = declaration ? 1 : 0;
  const write = (row, values) => (
    [row, ...values.map((value) => quote(String(value ?? ""), delimiter))].join(delimiter));
  return {
    suffix: "csv",
    columns,
    rows: rows.map((row) => ({ ...row, line: row.line + skipped })),
    start: first ? write(first.raw, added) + lineEnd : "",
    read(row, column) {
      const width = row.fields.length;
      const fault = width === columns.length ? row.fault : `has ${width} fields in place of ${columns.length}`;
      const value = row.fields[columns.indexOf(column)];
      return { text: value, fault: fault || findFault(value) };
    },
    write(row, values) {
      const { raw, fields } = row, missing = columns.length - fields.length;
      // What is too much goes into the last field, so that our columns are in their place.
      const kept = missing < 0
        ? [...fields.slice(0, columns.length - 1), fields.slice(columns.length - 1).join(delimiter)] : fields;
      const own = raw && missing >= 0 ? raw : kept.map((field) => quote(field, delimiter)).join(delimiter);
      return write(own + delimiter.repeat(Math.max(0, missing)), values) + lineEnd;
    },
  };
}

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** The member of a name, or what the dots in the name lead to. */
function getMember(object, name) {
  if (Object.hasOwn(object, name)) return object[name];
  return name.split(".").reduce((value, part) => (isObject(value) ? value[part] : undefined), object);
}

/** An object a line, in the form of openCsv. A row is written as it stands, so that no number is rounded. */
function openJsonLines(text) {
  const rows = [];
  text.split("\n").forEach((line, index) => {
    const raw = line.trim();
    if (raw) rows.push({ line: index + 1, raw });
  });
  const columns = new Set(), taken = new Set();
  const parse = (row) => {
    try { return JSON.parse(row.raw); } catch { return undefined; }
  };
  for (const row of rows) {
    const object = parse(row);
    row.whole = isObject(object);
    if (!row.whole) continue;
    for (const [name, value] of Object.entries(object)) {
      taken.add(name);
      const inner = isObject(value) ? Object.entries(value) : [];
      if (typeof value === "string") columns.add(name);
      for (const [part, text] of inner) if (typeof text === "string") columns.add(`${name}.${part}`);
    }
  }
  if (!columns.size) throw new Error("No line is an object with a text: CSV and JSON Lines can be scored.");
  const added = nameAdded(taken);
  return {
    suffix: "jsonl",
    columns: [...columns],
    rows,
    start: "",
    read(row, column) {
      if (!row.whole) return { fault: "is not a JSON object" };
      const text = getMember(parse(row), column);
      return { text, fault: findFault(text) };
    },
    write(row, [label, probability, model, warnings, probabilities]) {
      const number = probability === "" ? null : probability;
      const all = probabilities ? JSON.parse(probabilities) : null;
      const values = [label || null, number, model, warnings.split(" ").filter(Boolean), all];
      const member = (name, index) => `${JSON.stringify(name)}: ${JSON.stringify(values[index])}`;
      const ours = added.map(member).join(", ");
      const kept = row.whole ? row.raw : `{"line": ${JSON.stringify(row.raw)}}`;
      return `${kept.slice(0, -1).trimEnd()}${kept === "{}" ? "" : ", "}${ours}}\n`;
    },
  };
}

/** Throws an Error that names the cure. */
function decode(bytes) {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  const utf16 = { "255,254": "utf-16le", "254,255": "utf-16be" }[`${first},${second}`];
  try {
    return new TextDecoder(utf16 || "utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error("The file is not UTF-8: save it as UTF-8.");
  }
}

let table = null; // the open file; what works on an older one stops

const sayOfFile = (text) => { find("file-status").textContent = text; };

async function openFile(file) {
  table = null;
  find("scoring").hidden = true;
  find("faults").replaceChildren();
  try {
    if (file.size > MAX_FILE_BYTES) {
      throw new Error("The file has more than 50 MB: cut it, or put it into the bucket of the objects' door.");
    }
    const text = decode(await file.arrayBuffer());
    if (/^\s*\[/.test(text)) throw new Error("The file is a JSON array: write one object a line.");
    table = /^\s*\{/.test(text) ? openJsonLines(text) : openCsv(text);
    if (!table.rows.length) throw new Error("The file has no row below its header.");
  } catch (error) {
    table = null;
    return sayOfFile(error.message);
  }
  table.name = file.name.replace(/\.[^.]*$/, "");
  const guess = guessColumn(table.columns) || (table.columns.length === 1 ? table.columns[0] : "");
  find("column").replaceChildren(...table.columns.map((name) => new Option(name, name, false, name === guess)));
  find("scoring").hidden = false;
  find("download").hidden = find("progress").hidden = true;
  if (guess) return scoreFile();
  find("column").focus();
  return sayOfFile(`${count(table.rows.length, "row")}: say which column has the texts.`);
}

async function scoreFile() {
  const own = table, column = find("column").value;
  const read = own.rows.map((row) => own.read(row, column));
  const good = read.filter(({ fault }) => !fault);
  const progress = find("progress");
  find("download").hidden = true;
  find("score").disabled = true;
  progress.hidden = false;
  progress.max = good.length || 1;
  progress.value = 0;
  sayOfFile(`${count(good.length, "row")} to score.`);
  try {
    if (!names.middle) await learnNames();
    for (let done = 0; done < good.length;) {
      const texts = takePart(good.slice(done, done + SETTINGS.max_texts).map(({ text }) => text), Infinity);
      const { predictions } = await ask("predict", { texts });
      if (own !== table) return;
      predictions.forEach((prediction, index) => { good[done + index].answer = prediction; });
      done += texts.length;
      progress.value = done;
    }
    own.read_rows = read;
    find("download").hidden = false;
    showFile();
  } catch (error) {
    sayOfFile(error.message);
  } finally {
    if (own === table) {
      find("score").disabled = false;
      progress.hidden = true;
    }
  }
}

function showFile() {
  if (!table?.read_rows) return;
  const answers = table.read_rows.filter(({ answer }) => answer).map(({ answer }) => answer);
  const faults = table.read_rows.flatMap(({ fault }, index) => (
    fault ? [`Line ${table.rows[index].line} ${fault}.`] : []));
  const more = faults.length > 20 ? [`${count(faults.length - 20, "more row")}.`] : [];
  const missed = faults.length ? ` ${count(faults.length, "row")} without a label: see below.` : "";
  sayOfFile(summarize(answers, "row") + missed);
  find("faults").replaceChildren(...[...faults.slice(0, 20), ...more].map((fault) => make("li", "", fault)));
}

const detail = (probabilities) => (SEVERAL ? [probabilities && JSON.stringify(probabilities)] : []);

/** All rows of the file in their order, labelled as the sliders stand now. */
function writeFile() {
  const lines = table.read_rows.map(({ answer }, index) => table.write(table.rows[index], answer
    ? [labelOf(answer), answer.probability, version, answer.warnings.join(" "), ...detail(answer.probabilities)]
    : ["", "", version, "not_scored", ...detail(null)]));
  return [table.start, ...lines];
}

const download = () => save(writeFile(), `${table.name}.scored.${table.suffix}`);

function save(parts, name) {
  const link = make("a");
  link.href = URL.createObjectURL(new Blob(parts));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// --- The model card ---------------------------------------------------------------------------------

function draw(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A bar a row. */
function plot(rows) {
  const most = Math.max(...rows.map(([, value]) => value));
  const svg = draw("svg", { viewBox: `0 0 400 ${rows.length * 22}`, role: "img", "aria-label":
    rows.map(([name, value]) => `${name} ${round(value, 0)}`).join(", ") });
  rows.forEach(([name, value], index) => {
    const y = index * 22;
    const bar = { x: 110, y: y + 4, height: 14, width: 230 * value / most };
    svg.append(draw("text", { x: 0, y: y + 15 }, name), draw("rect", bar),
      draw("text", { x: 116 + bar.width, y: y + 15 }, round(value, 0)));
  });
  return svg;
}

/** The blocks of a card, which is simple Markdown. What it draws with characters is drawn. */
function readMarkdown(text) {
  const indented = text.replace(/^```.*\n([^]*?)^```$/gm, (_, code) => code.replace(/^(?=.)/gm, "    "));
  return indented.split(/\n{2,}/).filter((block) => block.trim()).flatMap((block) => {
    const lines = block.trimEnd().split("\n");
    if (block[0] === "#") return make("h3", "", block.replace(/^#+ /, ""));
    if (block[0] === "|") return tabulate(lines.map(readCells));
    if (block.startsWith("- ")) {
      return make("ul", "", ...block.split(/^- /m).slice(1).map((item) => make("li", "", ...readWords(item))));
    }
    if (!block.startsWith("    ")) return make("p", "", ...readWords(block));
    const bars = lines.map((line) => line.match(/^ *(\d+)\+ █* ?(\d+)$/));
    if (!bars.every(Boolean)) return make("pre", "", lines.map((line) => line.slice(4)).join("\n"));
    return plot(bars.map(([, from, texts], index) => (
      [bars[index + 1] ? `${from} to ${bars[index + 1][1] - 1}` : `${from} or more`, Number(texts)])));
  });
}

const readCells = (line) => line.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));

/** Words with `code` and *emphasis*. */
const readWords = (text) => text.split(/(`[^`]+`|\*[^*\s][^*]*\*)/).map((piece, index) => (
  index % 2 ? make(piece[0] === "`" ? "code" : "em", "", piece.slice(1, -1)) : piece));

/** A table, in which a probability and a gap have a bar too. */
function tabulate([head, , ...rows]) {
  const drawn = /^probability|gap/.test(head[head.length - 1]);
  const show = (cell, index) => (drawn && index === head.length - 1 && cell !== "" && cell >= 0 && cell <= 1
    ? make("span", "high", drawBar(cell), cell) : cell);
  const cells = (tag, row) => make("tr", "", ...row.map((cell, index) => make(tag, "", show(cell, index))));
  return make("table", "", make("thead", "", cells("th", head)),
    make("tbody", "", ...rows.map((row) => cells("td", row))));
}

async function showCard() {
  if (find("card-content").childElementCount) return;
  try {
    find("card-content").replaceChildren(...readMarkdown(await (await fetchRoute("model/card")).text()));
  } catch (error) {
    find("card-text").textContent = error.message;
  }
}

// --- Events -----------------------------------------------------------------------------------------

function relabel({ target }) {
  values[target.id] = Number(target.value);
  if (values.upper < values.lower) {
    const other = target.id === "lower" ? "upper" : "lower";
    find(other).value = values[other] = values[target.id];
  }
  showAnswers();
  showFile();
}

function begin() {
  for (const link of document.querySelectorAll("[data-route]")) {
    link.href = HOME + link.dataset.route;
    link.addEventListener("click", follow);
  }
  for (const [id, value] of Object.entries(values)) {
    find(id).value = value;
    find(id).addEventListener("input", relabel);
  }
  let typed = 0;
  find("texts").addEventListener("input", () => {
    showAnswers();
    clearTimeout(typed);
    typed = setTimeout(answerTexts, 250);
  });
  find("file").addEventListener("change", ({ target }) => target.files.length && openFile(target.files[0]));
  find("scoring").addEventListener("submit", (event) => {
    event.preventDefault();
    scoreFile();
  });
  find("download").addEventListener("click", download);
  find("card").addEventListener("toggle", ({ target }) => target.open && showCard());
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      find("drop").classList.toggle("over", name === "dragover" || name === "dragenter");
      if (name === "drop" && event.dataTransfer.files.length) openFile(event.dataTransfer.files[0]);
    });
  }
  showSettings();
  answerTexts();
}

begin();
