import type { BlockedNames } from "./blocked";
import { apiDisabled, GoogleError } from "./errors";
import type { Iam } from "./iam";
import { digits } from "./ids";
import type { Entry, Store } from "./store";

const projects = "//cloudresourcemanager.googleapis.com/projects";
export const projectName = (id: string) => `${projects}/${id}`;
export const serviceName = (id: string, api: string) => `//serviceusage.googleapis.com/projects/${id}/services/${api}`;

/** "Creating and managing projects": an id can never be used again. In days. */
const forEver = 365_000;

/** The APIs that are on in a new project: "Enabled services by default", and what one needs to switch others on. */
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

/** An account that Google makes in a project, with the role that it gets on the project. `N` is the project's number. */
interface Agent {
    email: string;
    role?: string;
}

const agent = (name: string, role: string): Agent => ({ email: `service-N@${name}.iam.gserviceaccount.com`, role });

/** What runs and builds where no other account is named. Where an organisation's policy says so, it has no role. */
const defaultAccount: Agent = { email: "N-compute@developer.gserviceaccount.com", role: "roles/editor" };

/** The accounts that come into being when an API is switched on: "Service agents". */
const agentsOf: Record<string, Agent[]> = {
    "bigquerydatatransfer.googleapis.com": [
        agent("gcp-sa-bigquerydatatransfer", "roles/bigquerydatatransfer.serviceAgent"),
    ],
    "cloudbuild.googleapis.com": [agent("gcp-sa-cloudbuild", "roles/cloudbuild.serviceAgent"), defaultAccount],
    "cloudfunctions.googleapis.com": [agent("gcf-admin-robot", "roles/cloudfunctions.serviceAgent")],
    "cloudtasks.googleapis.com": [agent("gcp-sa-cloudtasks", "roles/cloudtasks.serviceAgent")],
    "cloudscheduler.googleapis.com": [agent("gcp-sa-cloudscheduler", "roles/cloudscheduler.serviceAgent")],
    "composer.googleapis.com": [agent("cloudcomposer-accounts", "roles/composer.serviceAgent")],
    "compute.googleapis.com": [agent("compute-system", "roles/compute.serviceAgent"), defaultAccount],
    "vpcaccess.googleapis.com": [agent("gcp-sa-vpcaccess", "roles/vpcaccess.serviceAgent")],
    "container.googleapis.com": [agent("container-engine-robot", "roles/container.serviceAgent")],
    "run.googleapis.com": [agent("serverless-robot-prod", "roles/run.serviceAgent"), defaultAccount],
};

/** The projects of the cloud and the APIs that are enabled in each. */
export class Projects {
    constructor(private readonly store: Store) {}

    /** Makes the project that a stack names, as an administrator would have done before, when it is not there yet. */
    admit(id: string): void {
        if (this.find(id)) {
            return;
        }
        // The project comes last: a kill in between leaves no project that lacks an API.
        this.enableFirst(id);
        const state = { projectId: id, name: id, number: digits(id, 12) };
        this.store.create({ name: projectName(id), project: id, id: `projects/${id}`, state });
    }

    /** Switches on what is on in a new project. */
    enableFirst(id: string): void {
        for (const api of enabledAtFirst) {
            this.store.create({ name: serviceName(id, api), project: id, id: `${id}/${api}`, state: {} });
        }
    }

    /**
     * Whether a project is there only as a stack or a provider named it, and nobody ever made anything in it: a program that
     * makes the project itself names it too.
     */
    isOnlyNamed(id: string): boolean {
        const atFirst = [projectName(id), ...enabledAtFirst.map((api) => serviceName(id, api))];
        const isAtFirst = ({ name, type }: Entry) => type === undefined && atFirst.includes(name);
        return this.store.list().every((entry) => entry.project !== id || isAtFirst(entry));
    }

    /** Removes a project with all that is in it; its id stays taken for ever. */
    remove(id: string, iam: Iam, blocked: BlockedNames): void {
        for (const { name, project, state } of this.store.list()) {
            if (project === id) {
                if (name.startsWith("//iam.googleapis.com/service")) {
                    iam.revokeAll(String(state.email));
                }
                this.store.remove(name);
            }
        }
        blocked.block(projectName(id), id, forEver);
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

    /** The account that runs and builds where no other is named. */
    defaultAccount(id: string): string {
        return defaultAccount.email.replace("N", this.number(id));
    }

    /** What happens beside an API's being switched on: its agents appear. */
    enabled(id: string, api: string, iam: Iam): void {
        for (const { email, role } of agentsOf[api] ?? []) {
            const account = email.replace("N", this.number(id));
            iam.admitAgent(id, account, email === defaultAccount.email);
            if (role) {
                iam.grant(id, projectName(id), { role, member: `serviceAccount:${account}` });
            }
        }
    }

    requireApi(id: string, api: string, title: string): void {
        this.get(id);
        if (!this.store.read(serviceName(id, api))) {
            throw apiDisabled(id, api, title);
        }
    }
}
