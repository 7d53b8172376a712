import { GoogleError } from "../cloud/errors";
import { serviceName } from "../cloud/projects";
import { type Inputs, lastPart, type Service } from "../rules/rules";
import { metricsOf } from "./monitoring/metricFilter";
import { verifyBilling } from "./resourcemanager/billing";
import { dependenciesOf, disable, enable } from "./serviceusage/dependents";

const api = "serviceusage.googleapis.com";

/** The project of an API, which can also be given by its path: `resource_google_project_service.go`. */
const projectOf = ({ project }: Inputs) => lastPart(project);

const token = "gcp:projects/service:Service";

/**
 * Service agents that can be requested, by API. For others, such as those of Compute Engine and Cloud Storage, the API
 * returns no e-mail address (https://github.com/hashicorp/terraform-provider-google/issues/18649,
 * https://github.com/GoogleCloudPlatform/k8s-config-connector/issues/340): they are created with the API or on first use.
 */
export const agents: Record<string, string> = {
    "aiplatform.googleapis.com": "gcp-sa-aiplatform",
    "artifactregistry.googleapis.com": "gcp-sa-artifactregistry",
    // https://github.com/GoogleCloudPlatform/cloud-foundation-fabric/blob/master/modules/project/service-agents.yaml
    "bigquerydatatransfer.googleapis.com": "gcp-sa-bigquerydatatransfer",
    "cloudfunctions.googleapis.com": "gcf-admin-robot",
    // https://docs.cloud.google.com/kms/docs/enable-autokey
    "cloudkms.googleapis.com": "gcp-sa-ekms",
    "composer.googleapis.com": "cloudcomposer-accounts",
    "container.googleapis.com": "container-engine-robot",
    // https://github.com/GoogleCloudPlatform/cloud-foundation-fabric/blob/master/modules/project/service-agents.yaml
    "dataflow.googleapis.com": "dataflow-service-producer-prod",
    "eventarc.googleapis.com": "gcp-sa-eventarc",
    // https://cloud.google.com/healthcare-api/docs/permissions-healthcare-api-gcp-products
    "healthcare.googleapis.com": "gcp-sa-healthcare",
    // https://cloud.google.com/iap/docs/enabling-cloud-run
    "iap.googleapis.com": "gcp-sa-iap",
    // https://cloud.google.com/monitoring/support/notification-options#pubsub
    "monitoring.googleapis.com": "gcp-sa-monitoring-notification",
    "pubsub.googleapis.com": "gcp-sa-pubsub",
    "run.googleapis.com": "serverless-robot-prod",
    "secretmanager.googleapis.com": "gcp-sa-secretmanager",
    "sqladmin.googleapis.com": "gcp-sa-cloud-sql",
    "workflows.googleapis.com": "gcp-sa-workflows",
};

/** Throws for a name that no service has. */
function requireService(service: string): void {
    if (!/^[a-z0-9-]+\.googleapis\.com$/.test(service)) {
        throw new GoogleError(403, `Not found or permission denied for service(s): ${service}.`, {
            reason: "forbidden",
        });
    }
}

/** The calls for the APIs of a project. */
const calls = {
    enable: ["serviceusage.services.batchEnable", "serviceusage.operations.get"],
    read: ["serviceusage.services.list", "cloudresourcemanager.projects.get"],
};

const service: Service = {
    titles: { [api]: "Service Usage API", "cloudresourcemanager.googleapis.com": "Cloud Resource Manager API" },
    types: {
        [token]: {
            noun: "Project Service",
            cost: "free",
            api,
            project: projectOf,
            errorPrefix: (_, { project, service }) =>
                `Request \`Enable Project Service "${service}" for project "${lastPart(project)}"\` returned error: failed to enable services: failed on request preconditions`,
            id: (inputs) => `${projectOf(inputs)}/${inputs.service}`,
            name: (inputs) => serviceName(projectOf(inputs), inputs.service),
            simulated: { quotas: "{ [key: string]: number }" },
            validators: {
                service: (name) =>
                    name.includes(".") ? undefined : `expected ${name} to be a domain like serviceusage.googleapis.com`,
            },
            verify: ({ service, ...inputs }, { cloud }) => {
                verifyBilling(cloud, projectOf(inputs), service);
                requireService(service);
            },
            // Before the resource is stored: afterwards it looks enabled.
            state: ({ service, ...inputs }, { cloud }) => {
                const project = projectOf(inputs);
                for (const item of [service, ...dependenciesOf(service)]) {
                    if (enable(cloud, project, item, item === service ? token : undefined)) {
                        cloud.propagation.changed(serviceName(project, item), "api");
                        cloud.propagation.changed(metricsOf(project, item), "metric");
                    }
                }
                return { project };
            },
            isRetained: ({ disableOnDestroy }) => !disableOnDestroy,
            deleteErrorPrefix: ({ project, service }) =>
                `Error when reading or editing Project Service ${project}/${service}: Error disabling service "${service}" for project "${project}"`,
            remove: disable,
            calls: {
                create: [...calls.enable, ...calls.read],
                read: calls.read,
                update: calls.read,
                delete: ["serviceusage.services.disable", "serviceusage.operations.get"],
            },
        },
        "gcp:projects/serviceIdentity:ServiceIdentity": {
            noun: "Service Identity",
            cost: "free",
            api,
            verify: ({ service }) => requireService(service),
            id: ({ project, service }) => `projects/${project}/services/${service}`,
            name: ({ project, service }) => `//${api}/projects/${project}/identities/${service}`,
            state: ({ project, service }, { cloud }) => {
                const domain = agents[service];
                if (!domain) {
                    return { email: "", member: "" };
                }
                const email = `service-${cloud.projects.number(project)}@${domain}.iam.gserviceaccount.com`;
                cloud.iam.requestAgent(project, email);
                if (service === "cloudkms.googleapis.com") {
                    // Two agents are created, of which the answer has the other one.
                    cloud.iam.requestAgent(project, email.replace(domain, "gcp-sa-cloudkms"));
                }
                return { email, member: `serviceAccount:${email}` };
            },
            calls: {
                create: ["serviceusage.services.generateServiceIdentity", "serviceusage.operations.get"],
                read: [],
                update: [],
                delete: [],
            },
        },
    },
};

export default service;
