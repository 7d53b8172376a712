import type { ComputedBy } from "../computed";

export const computedBy: ComputedBy = {
    "gcp:bigquery/dataset:Dataset": ({ datasetId }, project) => ({ id: `projects/${project}/datasets/${datasetId}` }),
    "gcp:bigquery/table:Table": ({ datasetId, tableId }, project) => ({
        id: `projects/${project}/datasets/${datasetId}/tables/${tableId}`,
    }),
    "gcp:bigquery/routine:Routine": ({ datasetId, routineId }, project) => ({
        id: `projects/${project}/datasets/${datasetId}/routines/${routineId}`,
    }),
    "gcp:bigquery/getDefaultServiceAccount:getDefaultServiceAccount": () => ({
        member: "serviceAccount:bq-123@bigquery-encryption.iam.gserviceaccount.com",
    }),
};
