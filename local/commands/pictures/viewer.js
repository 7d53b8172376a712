// Runs in the page that `slipway graph` writes, without other files.
const all = (selector) => [...document.querySelectorAll(selector)];
const aside = document.querySelector("aside");

/** What each picture shows, in its own units: a part of it is larger, and more than all of it is smaller. */
const views = new Map();
let chosen;

const picture = () => document.querySelector(".picture:not([hidden])");
const drawing = () => picture().querySelector("svg");

function show(svg, view) {
    views.set(svg, view);
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
}

/** All of the picture, without making it much larger than it is. */
function fit() {
    const svg = drawing();
    if (!svg) {
        return;
    }
    const { width, height } = svg.getBoundingClientRect();
    const size = { width: Number(svg.dataset.width), height: Number(svg.dataset.height) };
    const scale = Math.min(width / size.width, height / size.height, 1.3);
    const view = { width: width / scale, height: height / scale };
    show(svg, { x: (size.width - view.width) / 2, y: (size.height - view.height) / 2, ...view });
}

/** Zooms by a factor, such that a point of the window keeps its place: the middle, or where the pointer is. */
function zoom(factor, point) {
    const svg = drawing();
    const view = svg && views.get(svg);
    if (!view) {
        return;
    }
    const box = svg.getBoundingClientRect();
    const share = {
        x: point ? (point.clientX - box.left) / box.width : 0.5,
        y: point ? (point.clientY - box.top) / box.height : 0.5,
    };
    const width = Math.min(Math.max(view.width / factor, 100), 40000);
    const height = (view.height * width) / view.width;
    show(svg, {
        x: view.x + (view.width - width) * share.x,
        y: view.y + (view.height - height) * share.y,
        width,
        height,
    });
}

/** Moves by pixels of the window. */
function move(x, y) {
    const svg = drawing();
    const view = svg && views.get(svg);
    if (view) {
        const unit = view.width / svg.getBoundingClientRect().width;
        show(svg, { ...view, x: view.x + x * unit, y: view.y + y * unit });
    }
}

function choose(item) {
    chosen = item;
    aside.hidden = item === undefined;
    for (const section of all("aside section")) {
        section.hidden = section.id !== item?.getAttribute("aria-controls");
    }
    for (const each of all(".item")) {
        each.setAttribute("aria-expanded", String(each === item));
    }
    aside.scrollTop = 0;
}

function select(tab) {
    for (const each of all("[role=tab]")) {
        each.setAttribute("aria-selected", String(each === tab));
        each.tabIndex = each === tab ? 0 : -1;
        document.getElementById(each.getAttribute("aria-controls")).hidden = each !== tab;
    }
    choose(undefined);
    fit();
}

const tabs = all("[role=tab]");
for (const tab of tabs) {
    tab.addEventListener("click", () => select(tab));
    tab.addEventListener("keydown", (event) => {
        if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
            const next = tabs[(tabs.indexOf(tab) + 1) % tabs.length];
            select(next);
            next.focus();
            event.stopPropagation();
        }
    });
}
document.getElementById("in").addEventListener("click", () => zoom(1.25));
document.getElementById("out").addEventListener("click", () => zoom(0.8));
document.getElementById("fit").addEventListener("click", fit);
document.querySelector(".close").addEventListener("click", () => {
    const last = chosen;
    choose(undefined);
    last?.focus();
});

for (const svg of all(".picture > svg")) {
    let start;
    let moved = 0;
    svg.addEventListener("wheel", (event) => {
        event.preventDefault();
        zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1, event);
    });
    svg.addEventListener("pointerdown", (event) => {
        start = event;
        moved = 0;
    });
    svg.addEventListener("pointermove", (event) => {
        if (start && event.buttons === 1) {
            moved += Math.abs(event.clientX - start.clientX) + Math.abs(event.clientY - start.clientY);
            move(start.clientX - event.clientX, start.clientY - event.clientY);
            start = event;
        }
    });
    // A click at the end of a move chooses nothing.
    svg.addEventListener("click", (event) => {
        if (moved < 5) {
            choose(event.target.closest(".item") ?? undefined);
        }
    });
}

const keys = {
    "+": () => zoom(1.25),
    "=": () => zoom(1.25),
    "-": () => zoom(0.8),
    0: fit,
    ArrowLeft: () => move(-60, 0),
    ArrowRight: () => move(60, 0),
    ArrowUp: () => move(0, -60),
    ArrowDown: () => move(0, 60),
};
document.addEventListener("keydown", (event) => {
    const item = event.target.closest?.(".item");
    if (event.key === "Escape" && chosen) {
        document.querySelector(".close").click();
    } else if (item && (event.key === "Enter" || event.key === " ")) {
        event.preventDefault();
        choose(item);
    } else if (keys[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey && !aside.contains(event.target)) {
        event.preventDefault();
        keys[event.key]();
    }
});
window.addEventListener("resize", fit);
fit();
