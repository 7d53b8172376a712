import type { ComputedBy } from "../computed";

export const computedBy: ComputedBy = {
    "gcp:dns/managedZone:ManagedZone": ({ name }, project) => ({
        id: `projects/${project}/managedZones/${name}`,
        nameServers: [1, 2, 3, 4].map((number) => `ns-cloud-a${number}.googledomains.com.`),
    }),
    "gcp:dns/policy:Policy": ({ name }, project) => ({ id: `projects/${project}/policies/${name}` }),
};
