import type { ComputedBy } from "../computed";

export const computedBy: ComputedBy = {
    "gcp:projects/serviceIdentity:ServiceIdentity": ({ service }) => {
        const agent = String(service).replace(".googleapis.com", "");
        const domain = agent === "composer" ? "cloudcomposer-accounts" : `gcp-sa-${agent}`;
        return { member: `serviceAccount:service-123@${domain}.iam.gserviceaccount.com` };
    },
};
