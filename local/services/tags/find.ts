import type { FunctionRules, Inputs } from "../../rules/rules";
import { forbidden, keysOf, parentOf, valuesOf } from "./names";

/** The error of the provider's data sources for what they do not find. */
const missing = (what: string, { parent, shortName }: Inputs) =>
    new Error(`could not find tag ${what} with parent ${parent} and short name ${shortName}: ${forbidden().message}`);

export const getTagKey: FunctionRules = (inputs, { cloud }) => {
    const found = keysOf(cloud).find(
        ({ state }) =>
            parentOf(cloud, String(state.parent)) === parentOf(cloud, inputs.parent) &&
            state.shortName === inputs.shortName,
    );
    if (!found) {
        throw missing("key", inputs);
    }
    return { ...inputs, ...found.state, id: found.id };
};

export const getTagValue: FunctionRules = (inputs, { cloud }) => {
    const found = valuesOf(cloud).find(
        ({ state }) => state.parent === inputs.parent && state.shortName === inputs.shortName,
    );
    if (!found) {
        throw missing("value", inputs);
    }
    return { ...inputs, ...found.state, id: found.id };
};
