import { GoogleError } from "../../cloud/errors";
import { violation } from "../../cloud/organization";
import type { Inputs } from "../rules";
import type { Check } from "./constraint";
import { ingressValues, runIngress } from "./run";

const conditionNotMet = (text: string) => new GoogleError(412, text, { reason: "conditionNotMet" });

/**
 * "Troubleshoot organization policy errors for service accounts".
 * https://cloud.google.com/iam/docs/troubleshoot-org-policies
 */
export const accountCreation: Check = ({ old, project }, { cloud }) =>
    !old && cloud.organization.isEnforced(project, "iam.disableServiceAccountCreation")
        ? violation(
              "Service account creation is not allowed on this project.",
              "iam.disableServiceAccountCreation",
              `projects/${project}/serviceAccounts/?configvalue=`,
              "failedPrecondition",
          )
        : undefined;

/** The same page has the answer for created keys; that for uploaded keys is similar. */
export const keyCreation: Check = ({ inputs, project }, { cloud }) => {
    const [verb, constraint] = inputs.publicKeyData
        ? ["upload", "iam.disableServiceAccountKeyUpload"]
        : ["creation", "iam.disableServiceAccountKeyCreation"];
    const email = String(inputs.serviceAccountId).split("/").at(-1) as string;
    return cloud.organization.isEnforced(project, constraint as string)
        ? violation(
              `Key ${verb} is not allowed on this service account.`,
              constraint as string,
              `projects/${project}/serviceAccounts/${email}?configvalue=${encodeURIComponent(email)}`,
              "failedPrecondition",
          )
        : undefined;
};

/** https://github.com/GaloyMoney/galoy-infra/pull/241 */
export const uniformAccess: Check = ({ inputs, old, project }, { cloud }) =>
    !inputs.uniformBucketLevelAccess &&
    (!old || old.uniformBucketLevelAccess) &&
    cloud.organization.isEnforced(project, "storage.uniformBucketLevelAccess")
        ? conditionNotMet("Request violates constraint 'constraints/storage.uniformBucketLevelAccess'")
        : undefined;

/** https://github.com/kushin77/self-hosted-runner/issues/2234; the text for authorized networks is similar. */
export const databaseAccess: Check = ({ inputs, old, project }, { cloud }) => {
    const { organization, projects } = cloud;
    const refused = (what: string, constraint: string) =>
        new GoogleError(
            400,
            `Invalid request: Organization Policy check failure: the ${what} of this instance violates the constraints/${constraint} enforced at the ${projects.number(project)} project.`,
            { reason: "orgPolicyViolation" },
        );
    const accessOf = ({ settings }: Inputs) => settings?.ipConfiguration ?? {};
    const isPublic = (of: Inputs) => of.settings !== undefined && accessOf(of).ipv4Enabled !== false;
    const isOpen = (of: Inputs) => (accessOf(of).authorizedNetworks ?? []).length > 0;
    if (isPublic(inputs) && !(old && isPublic(old)) && organization.isEnforced(project, "sql.restrictPublicIp")) {
        return refused("external IP", "sql.restrictPublicIp");
    }
    const isNew = isOpen(inputs) && !(old && isOpen(old));
    return isNew && organization.isEnforced(project, "sql.restrictAuthorizedNetworks")
        ? refused("authorized networks", "sql.restrictAuthorizedNetworks")
        : undefined;
};

/** Functions of the 2nd generation are also services of Cloud Run. */
export const functionIngress: Check = ({ inputs, old, project }, { cloud: { organization } }) => {
    const setting = inputs.serviceConfig?.ingressSettings ?? "ALLOW_ALL";
    if (!organization.allows(project, "cloudfunctions.allowedIngressSettings", setting)) {
        // https://github.com/firebase/extensions/issues/977
        return new GoogleError(
            400,
            `Constraint constraints/cloudfunctions.allowedIngressSettings violated for projects/${project} attempting ${old ? "UpdateFunction" : "CreateFunction"} with ingress_settings set to ${setting}.`,
        );
    }
    return organization.allows(project, "run.allowedIngress", ingressValues[setting] as string)
        ? undefined
        : runIngress(setting, !old);
};

/** "Domain restricted contacts". */
export const contactDomain: Check = ({ inputs, project }, { cloud }) => {
    const constraint = cloud.organization.contactConstraint(project, inputs.email);
    const text = `The contact email ${inputs.email} is not in an allowed domain.`;
    return constraint === undefined ? undefined : violation(text, constraint, `orgpolicy:${inputs.parent}`);
};
