import type { ComputedBy } from "../computed";

export const computedBy: ComputedBy = {
    "gcp:logging/projectSink:ProjectSink": ({ name }, project) => ({
        id: `projects/${project}/sinks/${name}`,
        writerIdentity: "serviceAccount:service-123@gcp-sa-logging.iam.gserviceaccount.com",
    }),
    "gcp:logging/getProjectSettings:getProjectSettings": () => ({
        kmsServiceAccountId: "cmek-p123@gcp-sa-logging.iam.gserviceaccount.com",
    }),
};
