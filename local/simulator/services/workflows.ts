import { createHash } from "node:crypto";
import { nameFormats, workflowsLimits } from "slipway/facts";
import type { Cloud } from "../cloud/cloud";
import { canEncrypt, keyLocation } from "../cloud/encryption";
import { GoogleError, OperationError } from "../cloud/errors";
import { isRegion } from "../cloud/regions";
import { defaultAccount, deniedRunAs } from "../permissions/accounts";
import { type Context, type Inputs, lastPart, type Service, type TypeRules } from "../rules/rules";
import { sourceError } from "./workflows/source";

const api = "workflows.googleapis.com";

const limits = workflowsLimits.rows;
const [maxVariables, maxVariableBytes] = [limits.variables.max, limits.variable.max];

const regionOf = ({ region }: Inputs, context: Context): string => region ?? context.region ?? "";
const path = ({ project, region, name }: Inputs) => `projects/${project}/locations/${region}/workflows/${name}`;

const invalid = (reason: string) => new GoogleError(400, reason);

function verifyVariables({ userEnvVars = {} }: Inputs): void {
    const input = Object.entries(userEnvVars as Record<string, string>);
    const reserved = input.find(([name]) => name === "" || /^(GOOGLE|WORKFLOWS)/.test(name));
    if (reserved) {
        throw invalid(
            `User environment variable "${reserved[0]}" must not be empty nor start with GOOGLE or WORKFLOWS.`,
        );
    }
    if (input.length > maxVariables || input.some(([, value]) => Buffer.byteLength(value) > maxVariableBytes)) {
        throw invalid(`There can be ${maxVariables} user environment variables of ${maxVariableBytes} bytes each.`);
    }
}

function verifyAccount({ project, serviceAccount }: Inputs, cloud: Cloud): void {
    const account = serviceAccount ? lastPart(serviceAccount) : cloud.projects.defaultAccount(project);
    if ((serviceAccount && !cloud.iam.hasAccount(account)) || cloud.iam.isDisabled(account)) {
        throw new GoogleError(
            403,
            `Permission 'iam.serviceaccounts.actAs' denied on service account ${account} (or it may not exist).`,
        );
    }
}

function verifyKey({ cryptoKeyName: key, project }: Inputs, region: string, cloud: Cloud): void {
    const agent = `service-${cloud.projects.number(project)}@gcp-sa-workflows.iam.gserviceaccount.com`;
    if (key && (keyLocation(key) !== region || !canEncrypt(cloud, key, agent))) {
        throw invalid(
            `The CryptoKey ${key} must be in ${region}, and the service account ${agent} must be allowed to encrypt and decrypt with it.`,
        );
    }
}

const workflow: TypeRules = {
    noun: "Workflow",
    generatedNoun: "WorkflowsWorkflow",
    sendsOnlyChanges: true,
    api,
    // https://cloud.google.com/workflows/docs/authentication#deploy-sa
    actsAs: {
        accounts: (inputs, context) => [
            inputs.serviceAccount ? lastPart(inputs.serviceAccount) : defaultAccount(context, inputs),
        ],
        refusal: deniedRunAs,
    },
    // Pulumi generates the name, although the schema marks it as optional and computed.
    autoname: "name",
    id: path,
    changesOnUpdate: ["revisionId", "updateTime"],
    alreadyExists: (inputs) => new GoogleError(409, `Resource '${path(inputs)}' already exists`),
    verify: (inputs, context) => {
        const { name, sourceContents, description = "" } = inputs;
        const region = regionOf(inputs, context);
        if (!isRegion(region)) {
            throw new GoogleError(403, `Permission denied on 'locations/${region}' (or it may not exist).`);
        }
        if (!nameFormats.rows.workflow.pattern.test(name)) {
            throw invalid(`Invalid workflow ID: ${name}`);
        }
        if (!sourceContents) {
            throw invalid("workflow.source_contents is required");
        }
        if (description.length > limits.description.max) {
            throw invalid(`workflow.description must be at most ${limits.description.max} characters long`);
        }
        verifyVariables(inputs);
        verifyAccount(inputs, context.cloud);
        verifyKey(inputs, region, context.cloud);
        const refused = sourceError(sourceContents);
        if (refused) {
            throw new OperationError(3, refused);
        }
    },
    state: (inputs, context, old) => {
        const { cloud } = context;
        const { project, sourceContents, serviceAccount } = inputs;
        const account = serviceAccount
            ? lastPart(serviceAccount)
            : lastPart(old?.serviceAccount ?? "") || cloud.projects.defaultAccount(project);
        const now = cloud.now().toISOString();
        const isSame = old?.sourceContents === sourceContents && lastPart(old?.serviceAccount) === account;
        const revision = Number(old?.revisionId?.split("-")[0] ?? 0) + 1;
        const hash = createHash("sha256").update(`${revision}${sourceContents}`).digest("hex");
        return {
            region: regionOf(inputs, context),
            description: inputs.description ?? old?.description ?? "",
            namePrefix: inputs.namePrefix ?? "",
            // The requested account, as in https://docs.cloud.google.com/workflows/docs/reference/rest/v1/projects.locations.workflows.
            // Config Connector's simulation replaces it with the default one (`mockgcp/mockworkflows/workflow.go`).
            serviceAccount: `projects/${project}/serviceAccounts/${account}`,
            createTime: old?.createTime ?? now,
            updateTime: now,
            revisionId: isSame ? old?.revisionId : `${String(revision).padStart(6, "0")}-${hash.slice(0, 3)}`,
            state: "ACTIVE",
        };
    },
    remove: ({ deletionProtection }) => {
        if (deletionProtection) {
            throw new Error(
                "cannot destroy workflow without setting deletion_protection=false and running `terraform apply`",
            );
        }
    },
};

const service: Service = {
    titles: { [api]: "Workflows API", "workflowexecutions.googleapis.com": "Workflow Executions API" },
    methods: { workflows: { operations: { "": "projects.locations.operations.get" } } },
    types: { "gcp:workflows/workflow:Workflow": workflow },
};

export default service;
