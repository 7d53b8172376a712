import type { Inputs } from "../../../../local/simulator/rules/rules";
import type { World } from "../world";

/** Policies require a quota project. */
export const settings = { billingProject: "acme-dev", userProjectOverride: true };

export function prepare(world: World): void {
    world.enable("orgpolicy");
}

const parent = "projects/acme-dev";

export const examples: Record<string, Inputs[]> = {
    "gcp:orgpolicy/policy:Policy": [
        { name: `${parent}/policies/sql.restrictPublicIp`, parent, spec: { rules: [{ enforce: "TRUE" }] } },
        {
            name: `${parent}/policies/gcp.resourceLocations`,
            parent,
            spec: { inheritFromParent: true, rules: [{ values: { allowedValues: ["in:eu-locations"] } }] },
            dryRunSpec: { rules: [{ denyAll: "TRUE" }] },
        },
        {
            name: `${parent}/policies/iam.disableServiceAccountKeyUpload`,
            parent,
            spec: {
                rules: [
                    {
                        enforce: "TRUE",
                        condition: { expression: "resource.matchTag('123456789012/environment', 'prod')" },
                    },
                    { enforce: "FALSE" },
                ],
            },
        },
    ],
};
