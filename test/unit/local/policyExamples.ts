import { conditionalPolicies } from "../../../lib/facts/iamConditions";
import { types } from "../../../local/simulator/rules/catalogue";
import type { Inputs } from "../../../local/simulator/rules/rules";

/** The three types of a policy, without a condition and, if the policy accepts one, with it. */
export function policyExamples(token: string, parent: Inputs, role: string): Record<string, Inputs[]> {
    const member = "serviceAccount:example@acme-dev.iam.gserviceaccount.com";
    const members = [member, "user:Zoe@acme.com", "group:all@acme.com"];
    const condition = { title: "until 2030", expression: 'request.time < timestamp("2030-01-01T00:00:00Z")' };
    const policyData = JSON.stringify({ bindings: [{ role, members }] });
    const of = (kind: string) => Object.keys(types).find((each) => each.startsWith(`${token}${kind}:`)) as string;
    const conditions = Object.hasOwn(conditionalPolicies.rows, of("Member")) ? [{ condition }] : [];
    return {
        [of("Member")]: [
            { ...parent, role, member },
            { ...parent, role, member: "user:Zoe@acme.com", ...conditions[0] },
        ],
        [of("Binding")]: [
            { ...parent, role, members },
            ...conditions.map((one) => ({ ...parent, role, members, ...one })),
        ],
        [of("Policy")]: [{ ...parent, policyData }],
    };
}
