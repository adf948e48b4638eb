#!/usr/bin/env bash
# Makes fpm-gateway_VERSION_ARCH.deb for amd64 and arm64, and on request fpm-dotnet-runtime_VERSION_ARCH.deb beside it.
# A shell script, because it does nothing but call dotnet publish, cp and dpkg-deb in turn.
#
#   build-deb.sh [--out DIR] [--arch amd64|arm64]... [--version V] [--with-runtime [--runtime-root DIR]]
#                [--configuration Release|Debug [--no-build]] [--published DIR] [--quick]
#
# One portable publish serves both architectures: managed code is the same, and of the native libraries (SQLite, libsodium)
# each package gets its own. So no runtime pack and no apphost of the other architecture is needed.
# The same commit gives the same bytes: nothing in a package is younger than SOURCE_DATE_EPOCH (the commit's time unless set).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
umask 022

out=$root/artifacts/deb arches=() version= configuration=Release published= with_runtime= quick= build=()
runtime_root=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet || echo /nowhere/dotnet)")")}
while [ $# -gt 0 ]; do
  case $1 in
    --out) out=$2; shift 2 ;;
    --arch) arches+=("$2"); shift 2 ;;
    --version) version=$2; shift 2 ;;
    --configuration) configuration=$2; shift 2 ;;
    --no-build) build=(--no-build); shift ;;
    --published) published=$2; shift 2 ;;
    --with-runtime) with_runtime=yes; shift ;;
    --runtime-root) runtime_root=$2; shift 2 ;;
    --quick) quick=yes; shift ;;
    *) echo "build-deb.sh: '$1' is no option; its first lines list them" >&2; exit 2 ;;
  esac
done
[ ${#arches[@]} -gt 0 ] || arches=(amd64 arm64)
[ -n "$version" ] || version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$root/Directory.Build.props")
: "${SOURCE_DATE_EPOCH:=$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 1767225600)}"
export SOURCE_DATE_EPOCH
# One thread: how xz cuts a file into blocks depends on how many there are.
pack=(-Zxz --threads-max=1); [ -z "$quick" ] || pack=(-Zgzip -z1)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"

if [ -z "$published" ]; then
  published=$work/published
  # Paths of this machine are mapped away; what is compiled is then a function of the sources and the compiler.
  dotnet publish "$root/gateway/Gateway/Gateway.csproj" -c "$configuration" "${build[@]}" -o "$published" -v q --nologo \
    -p:UseAppHost=false -p:DebugType=none -p:ContinuousIntegrationBuild=true -p:PathMap="$root=/fpm"
fi

elf_machine() { od -An -tu1 -j18 -N1 "$1" | tr -d ' '; }  # 62 x86-64, 183 aarch64
rid() { case $1 in amd64) echo linux-x64 ;; arm64) echo linux-arm64 ;; *) echo "build-deb.sh: --arch: $1 is neither amd64 nor arm64" >&2; exit 2 ;; esac; }
machine() { case $1 in amd64) echo 62 ;; arm64) echo 183 ;; esac; }

# Modes, owners, times and order are set, so that nothing of the building machine is left in the package.
finish() { # TREE FILE
  (cd "$1" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
  printf 'Installed-Size: %s\n' "$(du -sk --apparent-size --exclude=DEBIAN "$1" | cut -f1)" >>"$1/DEBIAN/control"
  find "$1" -type d -exec chmod 755 {} +
  find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  dpkg-deb --root-owner-group "${pack[@]}" --build "$1" "$2" >/dev/null
  echo "$2"
}

package_gateway() { # ARCH
  local tree=$work/gateway-$1 native; native=$(rid "$1")
  local app=$tree/usr/lib/fpm-gateway doc=$tree/usr/share/doc/fpm-gateway
  mkdir -p "$app" "$doc" "$tree"/DEBIAN "$tree"/usr/bin "$tree"/usr/lib/systemd/system "$tree"/etc/fpm
  cp "$published"/*.dll "$published"/*.deps.json "$published"/*.runtimeconfig.json "$app"/
  mkdir -p "$app/runtimes"
  cp -r "$published/runtimes/$native" "$app/runtimes/"
  if [ -d "$published/runtimes/unix" ]; then cp -r "$published/runtimes/unix" "$app/runtimes/"; fi
  for library in libe_sqlite3.so libsodium.so; do
    local file=$app/runtimes/$native/native/$library
    [ "$(elf_machine "$file")" = "$(machine "$1")" ] || { echo "build-deb.sh: $library for $native is not there, or of another machine" >&2; exit 1; }
  done
  find "$app" -type f -exec chmod 644 {} +
  install -m 755 "$here/debian/fpm" "$tree/usr/bin/fpm"
  install -m 644 "$here"/debian/*.service "$here"/debian/*.timer "$tree/usr/lib/systemd/system/"
  install -m 640 "$here/etc/fpm/gateway.conf" "$tree/etc/fpm/gateway.conf"
  install -m 644 "$here/debian/copyright" "$here/README.md" "$root/CHANGELOG.md" "$doc/"
  mkdir -p "$doc/recipes"; install -m 644 "$here"/recipes/* "$doc/recipes/"
  install -m 755 "$here"/debian/{postinst,prerm,postrm} "$tree/DEBIAN/"
  echo /etc/fpm/gateway.conf >"$tree/DEBIAN/conffiles"
  cat >"$tree/DEBIAN/control" <<END
Package: fpm-gateway
Version: $version
Architecture: $1
Maintainer: The FourPerMille.Sensor contributors <maintainers@fourpermille.invalid>
Depends: adduser, ca-certificates, tzdata, fpm-dotnet-runtime (>= 10.0) | aspnetcore-runtime-10.0
Recommends: chrony | systemd-timesyncd, nftables
Suggests: mosquitto, hostapd, dnsmasq-base
Section: science
Priority: optional
Description: gateway between soil sensor nodes and an observatory
 Takes readings of soil nodes over Wi-Fi and LoRaWAN, acknowledges what is stored,
 states soil moisture, temperature and organic carbon with their uncertainty, and
 keeps a log whose records a stranger can verify. Works for weeks without internet.
END
  finish "$tree" "$out/fpm-gateway_${version}_$1.deb"
}

package_runtime() { # ARCH
  [ -d "$runtime_root/shared/Microsoft.AspNetCore.App" ] || { echo "build-deb.sh: --runtime-root: $runtime_root has no shared/Microsoft.AspNetCore.App. Name the root of a .NET 10 ASP.NET Core runtime for $1." >&2; exit 1; }
  if [ "$(elf_machine "$runtime_root/dotnet")" != "$(machine "$1")" ]; then
    echo "build-deb.sh: the runtime in $runtime_root is not for $1; name one that is with --runtime-root (its package: fpm-dotnet-runtime_…_$1.deb)" >&2
    return
  fi
  local tree=$work/runtime-$1 place number
  number=$(ls "$runtime_root/shared/Microsoft.AspNetCore.App" | grep '^10\.0\.' | sort -V | tail -1)
  place=$tree/usr/lib/fpm-dotnet
  mkdir -p "$place/host/fxr" "$place/shared/Microsoft.NETCore.App" "$place/shared/Microsoft.AspNetCore.App" "$tree/DEBIAN" "$tree/usr/share/doc/fpm-dotnet-runtime"
  cp "$runtime_root/dotnet" "$place/"
  cp -r "$runtime_root/host/fxr/$number" "$place/host/fxr/"
  cp -r "$runtime_root/shared/Microsoft.NETCore.App/$number" "$place/shared/Microsoft.NETCore.App/"
  cp -r "$runtime_root/shared/Microsoft.AspNetCore.App/$number" "$place/shared/Microsoft.AspNetCore.App/"
  cp "$runtime_root/LICENSE.txt" "$tree/usr/share/doc/fpm-dotnet-runtime/copyright"
  cp "$runtime_root/ThirdPartyNotices.txt" "$tree/usr/share/doc/fpm-dotnet-runtime/"
  find "$tree" -type f -exec chmod 644 {} +
  chmod 755 "$place/dotnet"
  cat >"$tree/DEBIAN/control" <<END
Package: fpm-dotnet-runtime
Version: $number
Architecture: $1
Maintainer: The FourPerMille.Sensor contributors <maintainers@fourpermille.invalid>
Depends: libc6 (>= 2.28), libgcc-s1, libstdc++6, libssl3 | libssl3t64, libicu72 | libicu76 | libicu74 | libicu70
Section: libs
Priority: optional
Description: .NET and ASP.NET Core runtime for fpm-gateway
 The shared runtime of the .NET project, unchanged, for machines without a line
 to a package feed that carries it. Lies in /usr/lib/fpm-dotnet, in nobody's way.
END
  finish "$tree" "$out/fpm-dotnet-runtime_${number}_$1.deb"
}

for arch in "${arches[@]}"; do
  package_gateway "$arch"
  if [ -n "$with_runtime" ]; then package_runtime "$arch"; fi
done
