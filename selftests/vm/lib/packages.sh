# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Debian packages of suites that this machine need not have in its own apt configuration: one private apt
# root per release under build/cache/apt, fed from the mirrors that the machine itself uses.

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# mirror main|security: the address that this machine's own apt uses.
mirror() {
	local want=$1 main='' security='' codename uri
	if [ -n "${DEBIAN_MIRROR:-}" ]; then
		main=$DEBIAN_MIRROR
		security=${DEBIAN_SECURITY_MIRROR:-}
	else
		# shellcheck disable=SC2016 # apt expands these
		while IFS='|' read -r codename uri; do
			case $codename in
			*-security) security=${security:-$uri} ;;
			*) main=${main:-$uri} ;;
			esac
		done < <(apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(REPO_URI)' 'Identifier: Packages' |
			sed -n 's/^Debian|//p')
	fi
	[ -n "$main" ] || die "apt knows no Debian mirror. Type: apt-get update (as root), or set DEBIAN_MIRROR to a mirror's address."
	main=${main%/}
	# Where no security source is configured, mirrors keep it beside the main archive.
	[ -n "$security" ] || security=$main-security
	case $want in
	main) echo "$main" ;;
	security) echo "${security%/}" ;;
	esac
}

# sources RELEASE: the lines of a sources.list for it.
sources() {
	local release=$1 main security suite
	main=$(mirror main)
	security=$(mirror security)
	for suite in "$release" "$release-updates" "$release-backports"; do
		echo "deb [signed-by=$KEYRING] $main $suite main"
	done
	echo "deb [signed-by=$KEYRING] $security $release-security main"
}

# network_options: what this machine's apt is told about proxies and dates, for apt in other roots.
network_options() {
	apt-config dump | grep -E '^Acquire::(http|https|Check-|Retries|ForceIPv)[A-Za-z0-9:-]* "' || true
}

# private_apt RELEASE COMMAND...: apt with the private root.
private_apt() {
	local dir=$CACHE/apt/$1
	shift
	APT_CONFIG=$dir/apt.conf "$@"
}

update_packages() {
	local release=$1 dir=$CACHE/apt/$1
	[ -e "$KEYRING" ] || die "the Debian archive keys are missing. Type: apt-get install debian-archive-keyring"
	mkdir -p "$dir/state/lists/partial" "$dir/cache/archives/partial"
	: >"$dir/status"
	sources "$release" >"$dir/sources.list"
	cat >"$dir/apt.conf" <<-EOF
		Dir::Etc::sourcelist "$dir/sources.list";
		Dir::Etc::sourceparts "-";
		Dir::State "$dir/state";
		Dir::State::status "$dir/status";
		Dir::Cache "$dir/cache";
		Acquire::Languages "none";
		APT::Sandbox::User "root";
	EOF
	private_apt "$release" apt-get update -q
}

# package_version RELEASE PACKAGE: the version on offer; fails where there is only the name.
package_version() {
	private_apt "$1" apt-cache show --no-all-versions "$2" 2>/dev/null | sed -n 's/^Version: //p' | grep -m1 .
}

# fetch_packages RELEASE PACKAGE...: downloads into the private cache and prints the path of each file.
fetch_packages() {
	local release=$1 dir=$CACHE/apt/$1/debs package version file
	shift
	mkdir -p "$dir"
	for package; do
		version=$(package_version "$release" "$package") ||
			die "$release offers no package $package. Type: make vm-update"
		file=$(find "$dir" -name "${package}_${version//:/%3a}_*.deb" | head -n 1)
		if [ -z "$file" ]; then
			(cd "$dir" && private_apt "$release" apt-get download -q "$package=$version" >&2)
			file=$(find "$dir" -name "${package}_${version//:/%3a}_*.deb" | head -n 1)
		fi
		[ -n "$file" ] || die "apt downloaded $package $version, but its file is not in $dir."
		echo "$file"
	done
}
