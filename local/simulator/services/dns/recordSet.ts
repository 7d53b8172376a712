import { GoogleError } from "../../cloud/errors";
import type { Calls, Inputs, TypeRules } from "../../rules/rules";
import { api, fullName, invalid, zoneMissing, zonePath } from "./names";
import { verifyAnswers, verifyBeside, verifyValues } from "./recordRules";

const id = (inputs: Inputs) => `${zonePath(inputs, inputs.managedZone)}/rrsets/${inputs.name}/${inputs.type}`;

/** The calls for a change of records. */
export function records(verb: string): Calls {
    return ["dns.resourceRecordSets.list", `dns.resourceRecordSets.${verb}`, "dns.changes.get"];
}

export const recordSet: TypeRules = {
    noun: "DNS RecordSet",
    generatedNoun: "DNS Record Set",
    cost: "free",
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
    verify: (inputs, { cloud }, old) => {
        const path = zonePath(inputs, inputs.managedZone);
        const zone = cloud.store.read(fullName(path));
        if (!zone) {
            throw zoneMissing(inputs.managedZone);
        }
        const domain = String(zone.state.dnsName);
        if (inputs.name !== domain && !inputs.name.endsWith(`.${domain}`)) {
            throw invalid(`change.additions[${inputs.name}][${inputs.type}].name`, inputs.name);
        }
        verifyAnswers(zone.state);
        verifyValues(inputs);
        verifyBeside(inputs, { path, domain }, cloud, old);
    },
    // An update deletes the record set as it was and adds the new one, in one change.
    afterStore: (state, { cloud }, old) => {
        if (old && id(old) !== id(state)) {
            cloud.store.remove(fullName(id(old)));
        }
    },
    state: () => ({}),
    calls: {
        create: records("create"),
        read: ["dns.resourceRecordSets.list"],
        update: ["dns.resourceRecordSets.list", "dns.resourceRecordSets.patch", "dns.changes.get"],
        delete: records("delete"),
    },
};
