import { policyTypes } from "../rules/policy";
import type { Service } from "../rules/rules";
import { dataset } from "./bigquery/dataset";
import { datasetAccess } from "./bigquery/datasetAccess";
import {
    bigQueryApi,
    bigQueryName,
    datasetPath,
    displayName,
    encryptionAgent,
    notFound,
    tablePath,
} from "./bigquery/names";
import { routine, routinePath } from "./bigquery/routine";
import { table } from "./bigquery/table";
import { dataTransferConfig, transferApi } from "./bigquery/transfer";
import { accessChange, limited, policyChange } from "./bigquery/updates";

const service: Service = {
    titles: Object.fromEntries([bigQueryApi, transferApi]),
    methods: { bigquery: { create: "insert", update: "update", isFlat: true } },
    lookups: {
        "gcp:bigquery/getDataset:getDataset": { type: "gcp:bigquery/dataset:Dataset", method: "bigquery.datasets.get" },
        "gcp:bigquery/getTable:getTable": { type: "gcp:bigquery/table:Table", method: "bigquery.tables.get" },
    },
    types: {
        "gcp:bigquery/dataset:Dataset": dataset,
        ...limited({ "gcp:bigquery/datasetAccess:DatasetAccess": datasetAccess }, accessChange),
        "gcp:bigquery/dataTransferConfig:DataTransferConfig": dataTransferConfig,
        "gcp:bigquery/routine:Routine": routine,
        "gcp:bigquery/table:Table": table,
        ...policyTypes({
            token: "gcp:bigquery/routineIam",
            property: "routineId",
            api: bigQueryApi,
            id: routinePath,
            name: (inputs) => bigQueryName(routinePath(inputs)),
            describe: (inputs) => `bigquery routine "${routinePath(inputs)}"`,
            missing: (inputs) => notFound("Routine", routinePath(inputs)),
            reason: "badRequest",
        }),
        ...limited(
            policyTypes({
                token: "gcp:bigquery/datasetIam",
                property: "datasetId",
                asGiven: true,
                api: bigQueryApi,
                id: datasetPath,
                name: (inputs) => bigQueryName(datasetPath(inputs)),
                methods: { get: "bigquery.datasets.getAccess", set: "bigquery.datasets.updateAccess" },
                describe: (inputs) => `Bigquery Dataset ${displayName(datasetPath(inputs)).replace(":", "/")}`,
                missing: (inputs) => notFound("Dataset", datasetPath(inputs)),
                reason: "invalid",
                iamMember: (member) => member.replace(/^iamMember:/, ""),
                // https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/bigquery/iam_bigquery_member_dataset.go
                verify: ({ member }) => {
                    if (!/^(group|domain|iamMember|user|serviceAccount):|^allAuthenticatedUsers$/.test(member)) {
                        throw new Error(`Failed to parse BigQuery Dataset IAM member type: ${member}`);
                    }
                },
            }),
            policyChange,
        ),
        ...policyTypes({
            token: "gcp:bigquery/iam",
            property: "tableId",
            api: bigQueryApi,
            id: tablePath,
            name: (inputs) => bigQueryName(tablePath(inputs)),
            describe: (inputs) => `bigquery table "${tablePath(inputs)}"`,
            missing: (inputs) => notFound("Table", tablePath(inputs)),
            reason: "badRequest",
        }),
    },
    functions: {
        "gcp:bigquery/getDefaultServiceAccount:getDefaultServiceAccount": (args, context) => {
            const project = args.project ?? context.project;
            if (!project || !context.cloud.projects.find(project)) {
                throw new Error(`Project "${project}" BigQuery service account not found`);
            }
            const email = encryptionAgent(context.cloud, project);
            return { id: email, email, member: `serviceAccount:${email}`, project };
        },
    },
    functionMethods: {
        "gcp:bigquery/getDefaultServiceAccount:getDefaultServiceAccount": ["bigquery.projects.getServiceAccount"],
    },
};

export default service;
