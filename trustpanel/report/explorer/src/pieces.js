// A piece of data is a script that calls trustpanelTake(name, base64 of compressed JSON): the one way to read data
// that works for a page opened from a disk as well as from a server, with no request that code could send elsewhere.
const held = new Map();
const waiting = new Map();

window.trustpanelTake = (name, packed) => waiting.get(name)?.(packed);

export function piece(name) {
  if (!held.has(name)) {
    const found = fetched(name).then(unpacked);
    found.catch(() => held.delete(name));
    held.set(name, found);
  }
  return held.get(name);
}

function fetched(name) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    waiting.set(name, resolve);
    script.src = `data/${name}.js`;
    script.onload = () => script.remove();
    script.onerror = () => reject(new Error(`the file data/${name}.js cannot be read: run "trustpanel explore" again`));
    document.head.append(script);
  });
}

async function unpacked(packed) {
  if (!window.DecompressionStream) throw new Error("this browser is too old to unpack the data: take one of 2023 or later");
  const text = atob(packed);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

export function records(columns) {
  const names = Object.keys(columns);
  const count = names.length ? columns[names[0]].length : 0;
  const found = new Array(count);
  for (let i = 0; i < count; i += 1) {
    const row = {};
    for (const name of names) row[name] = columns[name][i];
    found[i] = row;
  }
  return found;
}
