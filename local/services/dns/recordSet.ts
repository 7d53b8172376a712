import { isIPv6 } from "node:net";
import { GoogleError } from "../../cloud/errors";
import { type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { api, fullName, invalid, zonePath } from "./names";

const id = (inputs: Inputs) => `${zonePath(inputs, inputs.managedZone)}/rrsets/${inputs.name}/${inputs.type}`;

export const recordSet: TypeRules = {
    noun: "DNS RecordSet",
    generatedNoun: "DNS Record Set",
    api,
    id,
    validators: {
        name: (name) =>
            name.endsWith(".")
                ? undefined
                : `"name" (${JSON.stringify(name)}) doesn't end with ".", name field must end with trailing dot, for example test.example.com. (note the trailing dot)`,
    },
    alreadyExists: ({ name, type }) =>
        new GoogleError(409, `The resource 'entity.change.additions[0]' named '${name} (${type})' already exists`, {
            reason: "alreadyExists",
        }),
    verify: (inputs, { cloud }) => {
        const path = zonePath(inputs, inputs.managedZone);
        const zone = cloud.store.read(fullName(path));
        if (!zone) {
            throw new GoogleError(
                404,
                `The 'parameters.managedZone' resource named '${lastPart(inputs.managedZone)}' does not exist.`,
                { reason: "notFound" },
            );
        }
        const domain = String(zone.state.dnsName);
        if (inputs.name !== domain && !inputs.name.endsWith(`.${domain}`)) {
            throw invalid(`change.additions[${inputs.name}][${inputs.type}].name`, inputs.name);
        }
        for (const data of inputs.rrdatas ?? []) {
            if (inputs.type === "A" && !/^\d{1,3}(\.\d{1,3}){3}$/.test(data)) {
                throw invalid(`change.additions[${inputs.name}][${inputs.type}].rrdata[0]`, data);
            }
            if (inputs.type === "AAAA" && !isIPv6(data)) {
                throw invalid(`change.additions[${inputs.name}][${inputs.type}].rrdata[0]`, data);
            }
        }
    },
    // An update deletes the record set as it was and adds the new one, in one change.
    afterStore: (state, { cloud }, old) => {
        if (old && id(old) !== id(state)) {
            cloud.store.remove(fullName(id(old)));
        }
    },
    state: () => ({}),
};
