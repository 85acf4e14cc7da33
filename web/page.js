// What pages gain by a script: a slider for the date, a button that copies, and pages that change
// in place. Without it everything works by links and forms.

/** Shows the page at an address in place of this one; leaves to the browser what is no page. */
async function show(address, { isNew = true } = {}) {
  let response;
  try {
    response = await fetch(address, { headers: { accept: "text/html" } });
  } catch {
    location.assign(address);
    return;
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!page.querySelector("main")) {
    location.assign(address);
    return;
  }
  if (isNew) history.pushState(null, "", address);
  here = location.pathname + location.search;
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  document.body.replaceChildren(...page.body.children);
  begin();
  // Who reads by ear or moves by keys is where the page begins, as after a link.
  document.getElementById("main").focus();
}

const pause = (run, milliseconds) => {
  let waiting;
  return (...given) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => run(...given), milliseconds);
  };
};

const day = (text) => Math.floor(Date.parse(text) / 86_400_000);
const written = (number) => new Date(number * 86_400_000).toISOString().slice(0, 10);

/** The address that a form leads to, without what is empty. */
function addressOf(form) {
  const pairs = [...new FormData(form)].filter(([, value]) => value !== "");
  return `${new URL(form.action).pathname}?${new URLSearchParams(pairs)}`;
}

/** A slider beside a date: from ten years before today to today. */
function slide(form) {
  const date = form.querySelector('input[name="asOf"]');
  if (!date) return;
  const today = day(new Date().toISOString().slice(0, 10));
  const slider = Object.assign(document.createElement("input"), { type: "range", step: 1 });
  slider.min = Math.min(today - 3653, day(date.value));
  slider.max = Math.max(today, day(date.value));
  slider.value = day(date.value);
  slider.setAttribute("aria-label", date.labels[0].textContent.trim());
  slider.setAttribute("aria-valuetext", date.value);
  slider.addEventListener("input", () => {
    date.value = written(Number(slider.value));
    slider.setAttribute("aria-valuetext", date.value);
  });
  slider.addEventListener("change", pause(() => show(addressOf(form)).then(() => document.querySelector("form.when input[type=range]")?.focus()), 150));
  date.closest("label").after(slider);
}

/** A button that copies the text of what it names. */
function copy(button) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.dataset.done = "";
    } catch {
      getSelection().selectAllChildren(text);
    }
  });
}

function begin() {
  document.querySelectorAll("form.when").forEach(slide);
  document.querySelectorAll("button[data-copy]").forEach(copy);
  document.querySelectorAll("form").forEach((form) =>
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      show(addressOf(form));
    }),
  );
}

// Within a page the browser moves by itself.
let here = location.pathname + location.search;
addEventListener("popstate", () => {
  if (location.pathname + location.search !== here) show(location.href, { isNew: false });
});
// What is printed shows its rows.
addEventListener("beforeprint", () => document.querySelectorAll("details.rows").forEach((rows) => (rows.open = true)));
begin();
