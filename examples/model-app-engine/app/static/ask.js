const form = document.querySelector("form");
const output = document.querySelector("output");

form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const delivery = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, Number(value)]));
    const response = await fetch("/predict", { method: "POST", body: JSON.stringify(delivery) });
    const { minutes, model, errors } = await response.json();
    output.textContent = response.ok ? `${minutes} minutes, says model ${model}` : errors.join("; ");
});
