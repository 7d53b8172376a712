import type { Inputs } from "../../../../local/simulator/rules/rules";

export { prepare } from "./compute";

export const examples: Record<string, Inputs[]> = {
    "gcp:vpcaccess/connector:Connector": [
        { network: "private", ipCidrRange: "10.8.0.0/28" },
        {
            name: "much",
            subnet: { name: "connector" },
            machineType: "e2-standard-4",
            minInstances: 3,
            maxInstances: 5,
        },
    ],
};
