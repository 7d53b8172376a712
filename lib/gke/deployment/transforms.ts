import type { CertificateArgs } from "@pulumi/gcp/certificatemanager/certificate";
import type { CertificateMapArgs } from "@pulumi/gcp/certificatemanager/certificateMap";
import type { CertificateMapEntryArgs } from "@pulumi/gcp/certificatemanager/certificateMapEntry";
import type { AddressArgs } from "@pulumi/gcp/compute/address";
import type { GlobalAddressArgs } from "@pulumi/gcp/compute/globalAddress";
import type { SSLPolicyArgs } from "@pulumi/gcp/compute/sslpolicy";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource";
import type { DeploymentArgs } from "@pulumi/kubernetes/apps/v1/deployment";
import type { NamespaceArgs } from "@pulumi/kubernetes/core/v1/namespace";
import type { ServiceArgs } from "@pulumi/kubernetes/core/v1/service";
import type { ServiceAccountArgs } from "@pulumi/kubernetes/core/v1/serviceAccount";
import type { IngressArgs } from "@pulumi/kubernetes/networking/v1/ingress";
import type { NetworkPolicyArgs } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type { PodDisruptionBudgetArgs } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
import { type Transform, transforms } from "../../internal/engine/children";
import { type ScalingTransforms, scalingParts } from "../scaling";

/** The children that an {@link AutoscaledDeployment} may have. */
export interface DeploymentTransforms extends ScalingTransforms {
    namespace?: Transform<NamespaceArgs>;
    account?: Transform<AccountArgs>;
    serviceAccount?: Transform<ServiceAccountArgs>;
    secretProviderClass?: Transform<CustomResourceArgs>;
    networkPolicy?: Transform<NetworkPolicyArgs>;
    deployment?: Transform<DeploymentArgs>;
    service?: Transform<ServiceArgs>;
    podDisruptionBudget?: Transform<PodDisruptionBudgetArgs>;
    address?: Transform<AddressArgs | GlobalAddressArgs>;
    gateway?: Transform<CustomResourceArgs>;
    route?: Transform<CustomResourceArgs>;
    ingress?: Transform<IngressArgs>;
    healthCheckPolicy?: Transform<CustomResourceArgs>;
    backendPolicy?: Transform<CustomResourceArgs>;
    backendConfig?: Transform<CustomResourceArgs>;
    frontendConfig?: Transform<CustomResourceArgs>;
    gatewayPolicy?: Transform<CustomResourceArgs>;
    managedCertificate?: Transform<CustomResourceArgs>;
    certificate?: Transform<CertificateArgs>;
    certificateMap?: Transform<CertificateMapArgs>;
    certificateMapEntry?: Transform<CertificateMapEntryArgs>;
    sslPolicy?: Transform<SSLPolicyArgs>;
}

/** Checks which children there are. */
export const deploymentTransforms = transforms<DeploymentTransforms>(
    "namespace",
    "account",
    "serviceAccount",
    "secretProviderClass",
    "networkPolicy",
    "deployment",
    "service",
    "podDisruptionBudget",
    "address",
    "gateway",
    "route",
    "ingress",
    "healthCheckPolicy",
    "backendPolicy",
    "backendConfig",
    "frontendConfig",
    "gatewayPolicy",
    "managedCertificate",
    "certificate",
    "certificateMap",
    "certificateMapEntry",
    "sslPolicy",
    ...scalingParts,
);
