import type { DispatchRule } from "../entry/dispatch";
import { as, text } from "./reading";
import type { Keys, Value } from "./value";

const rule: Keys = {
    carried: { url: as("url", text), service: as("service", text), module: as("service", text) },
    required: ["url"],
};

/** The rules of a dispatch.yaml. */
export function dispatchRulesIn(root: Value): DispatchRule[] {
    const list = (value: Value) => ({ items: value.list().map((item) => item.read<DispatchRule>(rule)) });
    const { items = [] } = root.read<{ items: DispatchRule[] }>({ carried: { dispatch: list }, left: ["application"] });
    return items;
}
