"""The customers of a day, as the shop exports them: a file of CSV with a line each."""

import csv
import io

# What is known of a customer, with the least and the most that is believed.
FEATURES = {
    "months": (0, 600),  # since the first order
    "orders": (0, 1_000),  # in the last 90 days
    "spent": (0, 100_000),  # in these, in euros
    "complaints": (0, 100),
}
MOST_INVALID = 0.05


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


def written(customers):
    """The same as a file again."""
    text = io.StringIO()
    writer = csv.DictWriter(text, ["customer", *FEATURES], extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(customers)
    return text.getvalue()


def problem(customer):
    """What is wrong with one, if anything is."""
    if not customer.get("customer"):
        return "customer is missing"
    for name, (low, high) in FEATURES.items():
        try:
            value = float(customer.get(name) or "")
        except ValueError:
            return f"{name} is {customer.get(name)!r:.40}"
        if not low <= value <= high:
            return f"{name} is {value:g}, and not from {low:g} to {high:g}"
    return None


def validated(customers):
    """Those with which nothing is wrong, each once. A few others are left out; where they are more, the file is wrong itself."""
    valid, wrong = {}, []
    for line, customer in enumerate(customers, start=2):
        found = problem(customer)
        if found is None and customer["customer"] in valid:
            found = "is there twice"
        if found is None:
            valid[customer["customer"]] = customer
        else:
            wrong.append(f"line {line}: {found}")
    if not valid or len(wrong) > MOST_INVALID * len(customers):
        raise ValueError(f"{len(wrong)} of {len(customers)} customers are invalid: {'; '.join(wrong[:20])}")
    for each in wrong:
        print(f"left out: {each}")
    return list(valid.values())
