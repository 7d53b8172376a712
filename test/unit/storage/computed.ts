import type { ComputedBy } from "../computed";

export const computedBy: ComputedBy = {
    "gcp:storage/bucket:Bucket": ({ name }) => ({ id: name, url: `gs://${name}` }),
    "gcp:storage/getProjectServiceAccount:getProjectServiceAccount": () => ({
        member: "serviceAccount:service-123@gs-project-accounts.iam.gserviceaccount.com",
    }),
};
