// The text to copy, in the language that is chosen, and the button that copies it.
// Everything shown comes in as data and is set as text or as a field's value, never as HTML.

const CHOSEN = new WeakMap(); // by component: what its user chose, kept over reruns of the page

export default function (component) {
  const { parentElement, data } = component;
  const field = parentElement.querySelector("textarea");
  const button = parentElement.querySelector("button");
  const told = parentElement.querySelector("output");
  const choice = parentElement.querySelector(".choice");

  const show = (name) => {
    CHOSEN.set(parentElement, name);
    if (field.value !== data.texts[name]) {
      field.value = data.texts[name];
      told.textContent = "";
    }
  };

  const chosen = CHOSEN.get(parentElement) ?? data.chosen;
  choice.setAttribute("aria-label", data.language);
  choice.replaceChildren(
    ...Object.keys(data.texts).map((name) => {
      const label = document.createElement("label");
      const radio = document.createElement("input");
      radio.type = "radio";
      radio.name = "language";
      radio.value = name;
      radio.checked = name === chosen;
      radio.onchange = () => show(name);
      label.append(radio, data.names[name]);
      return label;
    }),
  );
  field.setAttribute("aria-label", data.copy);
  show(chosen);

  button.textContent = data.copy;
  button.onclick = async () => {
    told.textContent = (await copied(field)) ? data.copied : data.failed;
  };
}

// navigator.clipboard is there on https and on this machine only; elsewhere the field copies its selection.
async function copied(field) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch {
      // Not allowed here: copy as by hand.
    }
  }
  field.focus();
  field.select();
  return document.execCommand("copy");
}
