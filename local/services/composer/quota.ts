import type { Cloud } from "../../cloud/cloud";
import { OperationError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { environmentsOf } from "./names";
import { type Image, imageVersionOf, isComposer3 } from "./versions";

/**
 * The first quota that Cloud Composer 2 environments reach, according to an error of GKE: the quota of a project in a
 * region ("Allocation quotas"), and the usage of an environment's cluster (hashicorp/terraform-provider-google, issue
 * 15082). Clusters of Cloud Composer 3 are not in the project.
 */
const quota = "INSTANCE_GROUP_MANAGERS";
const limit = 150;
const item = 22;

/**
 * Fails at the end of the creation, like an environment whose cluster cannot be created; the provider then deletes it.
 */
export function startCluster({ project, region }: Inputs, { generation }: Image, cloud: Cloud): void {
    const others = environmentsOf(cloud, project).filter(
        ({ state }) => state.region === region && !isComposer3(imageVersionOf(state)),
    );
    const available = limit - others.length * item;
    if (generation === 2 && available < item) {
        throw new OperationError(
            7,
            `CREATE operation failed. Could not trigger cluster creation: Insufficient regional quota to satisfy request: resource "${quota}": request requires '${item}.0' and is short '${item - available}.0'. project has a quota of '${limit}.0' with '${available}.0' available. View and manage quotas at https://console.cloud.google.com/iam-admin/quotas?usage=USED&project=${project}`,
        );
    }
}
