import { apiDisabled, GoogleError } from "./errors";
import type { Iam } from "./iam";
import { digits } from "./ids";
import type { Organization } from "./organization";
import { immediate } from "./propagation";
import type { ReservedNames } from "./reservedNames";
import type { Entry, Store } from "./store";

const projects = "//cloudresourcemanager.googleapis.com/projects";
export const projectName = (id: string) => `${projects}/${id}`;
export const serviceName = (id: string, api: string) => `//serviceusage.googleapis.com/projects/${id}/services/${api}`;

/** "Creating and managing projects": project IDs cannot be reused. In days. */
const forEver = 365_000;

/** APIs that are enabled in new projects: "Enabled services by default", and those required to enable others. */
const enabledAtFirst = [
    "cloudapis.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "servicemanagement.googleapis.com",
    "serviceusage.googleapis.com",
    "storage-api.googleapis.com",
    "storage-component.googleapis.com",
    "storage.googleapis.com",
];

/** A service account that Google creates in a project, with its role on the project. `N` is the project number. */
interface Agent {
    email: string;
    role?: string;
}

const agent = (name: string, role: string): Agent => ({ email: `service-N@${name}.iam.gserviceaccount.com`, role });

/** Default service accounts. The policy `iam.automaticIamGrantsForDefaultServiceAccounts` prevents their role. */
const defaultAccount: Agent = { email: "N-compute@developer.gserviceaccount.com", role: "roles/editor" };

/** "Disable automatic role grants to default service accounts": default accounts get no role on their project. */
export const withoutGrants = "iam.automaticIamGrantsForDefaultServiceAccounts";

/** Every project with Compute Engine has it: https://docs.cloud.google.com/compute/docs/access/service-accounts#google_apis_service_agent */
const apisAgent: Agent = { email: "N@cloudservices.gserviceaccount.com", role: "roles/editor" };

/** Service agents that are created when an API is enabled: "Service agents". */
const agentsOf: Record<string, Agent[]> = {
    "cloudbuild.googleapis.com": [agent("gcp-sa-cloudbuild", "roles/cloudbuild.serviceAgent"), defaultAccount],
    "cloudfunctions.googleapis.com": [agent("gcf-admin-robot", "roles/cloudfunctions.serviceAgent")],
    "cloudtasks.googleapis.com": [agent("gcp-sa-cloudtasks", "roles/cloudtasks.serviceAgent")],
    "cloudscheduler.googleapis.com": [agent("gcp-sa-cloudscheduler", "roles/cloudscheduler.serviceAgent")],
    "composer.googleapis.com": [agent("cloudcomposer-accounts", "roles/composer.serviceAgent")],
    "compute.googleapis.com": [agent("compute-system", "roles/compute.serviceAgent"), defaultAccount, apisAgent],
    // https://cloud.google.com/dataflow/docs/concepts/security-and-permissions#df-service-account
    "dataflow.googleapis.com": [agent("dataflow-service-producer-prod", "roles/dataflow.serviceAgent")],
    "vpcaccess.googleapis.com": [agent("gcp-sa-vpcaccess", "roles/vpcaccess.serviceAgent")],
    "container.googleapis.com": [agent("container-engine-robot", "roles/container.serviceAgent")],
    "run.googleapis.com": [agent("serverless-robot-prod", "roles/run.serviceAgent"), defaultAccount],
};

/** The projects, and the APIs that are enabled in each. */
export class Projects {
    constructor(
        private readonly store: Store,
        private readonly propagation = immediate,
    ) {}

    /** Creates the project of a stack's configuration if it does not exist. */
    admit(id: string): void {
        if (this.find(id)) {
            return;
        }
        // The project is written last, so that a killed process leaves no project without APIs.
        this.enableFirst(id);
        const state = { projectId: id, name: id, number: digits(id, 12) };
        this.store.create({ name: projectName(id), project: id, id: `projects/${id}`, state });
    }

    /** Enables the APIs of a new project. */
    enableFirst(id: string): void {
        for (const api of enabledAtFirst) {
            this.store.create({ name: serviceName(id, api), project: id, id: `${id}/${api}`, state: {} });
        }
    }

    /**
     * Whether a project only exists because a stack or provider is configured with it, and is empty. The program can
     * then create it.
     */
    isOnlyNamed(id: string): boolean {
        const atFirst = [projectName(id), ...enabledAtFirst.map((api) => serviceName(id, api))];
        const isAtFirst = ({ name, type }: Entry) =>
            type === undefined && (atFirst.includes(name) || name.startsWith("//orgpolicy.googleapis.com/"));
        return this.store.list().every((entry) => entry.project !== id || isAtFirst(entry));
    }

    /** Deletes a project with all its resources. Its ID remains reserved. */
    remove(id: string, iam: Iam, blocked: ReservedNames): void {
        for (const { name, project, state } of this.store.list()) {
            if (project === id) {
                if (name.startsWith("//iam.googleapis.com/service")) {
                    iam.revokeAll(String(state.email));
                }
                this.store.remove(name);
            }
        }
        blocked.reserve(projectName(id), id, forEver);
    }

    all(): string[] {
        return this.store.list(projects).map(({ project }) => project);
    }

    find(id: string): Entry | undefined {
        return this.store.read(projectName(id));
    }

    get(id: string): Entry {
        const found = this.find(id);
        if (!found) {
            throw new GoogleError(403, "The caller does not have permission", { reason: "forbidden" });
        }
        return found;
    }

    number(id: string): string {
        return String(this.get(id).state.number);
    }

    /** The ID of a project that is named by its ID or its number: `acme-dev`, or `projects/123456789012`. */
    idOf(named: string): string {
        const given = named.replace(/^projects\//, "");
        return this.all().find((id) => id === given || this.number(id) === given) ?? given;
    }

    /** The default service account for running and building code. */
    defaultAccount(id: string): string {
        return defaultAccount.email.replace("N", this.number(id));
    }

    /** Creates the service agents of a newly enabled API. */
    enabled(id: string, api: string, { iam, organization }: { iam: Iam; organization: Organization }): void {
        for (const { email, role } of agentsOf[api] ?? []) {
            const account = email.replace("N", this.number(id));
            const isDefault = email === defaultAccount.email;
            if (isDefault) {
                iam.admitDefaultAccount(id, account);
            } else {
                iam.admitAgent(id, account);
            }
            if (role && !(isDefault && organization.isEnforced(id, withoutGrants))) {
                iam.grant(id, projectName(id), { role, member: `serviceAccount:${account}` });
            }
        }
    }

    isEnabled(id: string, api: string): boolean {
        const name = serviceName(id, api);
        return this.store.read(name) !== undefined && !this.propagation.isPending(name);
    }

    requireApi(id: string, api: string, title: string): void {
        this.get(id);
        if (!this.isEnabled(id, api)) {
            throw apiDisabled(id, api, title);
        }
    }
}
