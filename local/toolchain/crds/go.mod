module slipway/toolchain/crds

go 1.26.0

require (
	k8s.io/autoscaler/vertical-pod-autoscaler v1.8.1
	sigs.k8s.io/gateway-api v1.3.0
)
