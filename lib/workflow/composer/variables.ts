import * as check from "../../internal/check";
import { isSecretName } from "../../internal/secretName";

/**
 * {@link https://cloud.google.com/composer/docs/composer-3/set-environment-variables Reserved variables} of Composer 3 and 2.
 */
const reserved = new Set(
    `AIRFLOW_DATABASE_VERSION AIRFLOW_HOME AIRFLOW_SRC_DIR AIRFLOW_WEBSERVER AUTO_GKE CLOUDSDK_METRICS_ENVIRONMENT CLOUD_LOGGING_ONLY
    COMPOSER_AGENT_BUILD_SERVICE_ACCOUNT COMPOSER_ENVIRONMENT COMPOSER_ENVIRONMENT_SIZE COMPOSER_GKE_LOCATION COMPOSER_GKE_NAME
    COMPOSER_GKE_ZONE COMPOSER_LOCATION COMPOSER_OPERATION_UUID COMPOSER_PYTHON_VERSION COMPOSER_VERSION CONTAINER_NAME C_FORCE_ROOT
    DAGS_FOLDER GCE_METADATA_TIMEOUT GCP_PROJECT GCP_TENANT_PROJECT GCSFUSE_EXTRACTED GCS_BUCKET GKE_CLUSTER_NAME GKE_IN_TENANT
    GOOGLE_APPLICATION_CREDENTIALS GOOGLE_CLOUD_PROJECT MAJOR_VERSION MINOR_VERSION PATH PIP_DISABLE_PIP_VERSION_CHECK PORT PROJECT_ID
    PYTHONPYCACHEPREFIX PYTHONWARNINGS REDIS_PASSWORD REDIS_PORT REDIS_USER SQL_DATABASE SQL_HOST SQL_INSTANCE SQL_PASSWORD SQL_PROJECT
    SQL_REGION SQL_USER`.split(/\s+/),
);

/** Checks the name of an environment variable. */
export const airflowVariable = check.pipe(
    check.matching(
        /^[A-Za-z_][A-Za-z0-9_]*$/,
        "an environment variable's name must have only letters, digits and _, and not start with a digit",
    ),
    check.refine((name) => !reserved.has(String(name)), "is set by Composer itself\nChoose another name."),
    check.refine(
        (name) => !/^AIRFLOW__[A-Z0-9_]+__[A-Z0-9_]+$/.test(String(name)),
        "would override Airflow's configuration\nGive it in airflow, as core-max_active_runs_per_dag.",
    ),
);

/** Environment variables that `uses` sets, or that would expose a secret to viewers of the environment. */
export function variableProblems(
    environment: Record<string, unknown>,
    uses: Record<string, unknown>,
): (check.Problem | undefined)[] {
    return Object.entries(environment).map(([name, value]) => {
        const path = `environment.${name}`;
        if (Object.hasOwn(uses, name)) {
            return { path, reason: "is in uses too. Name one of the two otherwise." };
        }
        return typeof value === "string" && isSecretName(name)
            ? {
                  path,
                  reason: "is named as a secret is, and its text can be read by all who see the environment (got a text). Give it as one of variables, by a secret output, which Secret Manager keeps, or name it otherwise.",
              }
            : undefined;
    });
}
