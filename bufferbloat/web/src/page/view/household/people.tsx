import type { UserProfile } from '@rowhouse/bufferbloat-protocol';
import { MarkSign } from '../../charts/mark-sign.tsx';
import { colourNumber } from '../../charts/marks.ts';
import { CallIcon, CameraIcon, ComputerIcon, DeviceIcon, GameIcon, StreamIcon } from '../icons.tsx';

const ICONS: Readonly<Partial<Record<string, typeof DeviceIcon>>> = {
  game: GameIcon,
  call: CallIcon,
  film: StreamIcon,
  computer: ComputerIcon,
  camera: CameraIcon,
};

/** The drawing for a user; one this page does not know (a newer server) is a device. */
export function PersonIcon({ icon }: { readonly icon: string }) {
  const Icon = ICONS[icon] ?? DeviceIcon;
  return <Icon />;
}

interface PersonHeadProps {
  readonly profile: UserProfile;
  /** Place in the list of users, which gives colour and mark. */
  readonly index: number;
}

/** Who it is and what they do: the same words, colour and mark on every page and in the charts. */
export function PersonHead({ profile, index }: PersonHeadProps) {
  return (
    <div class={`person-head user-${colourNumber(index)}`}>
      <span class="person-icon">
        <PersonIcon icon={profile.icon} />
      </span>
      <div class="person-who">
        <h3 class="person-name">
          {profile.name}
          <MarkSign index={index} />
        </h3>
        <p class="person-what">{profile.activity}</p>
      </div>
    </div>
  );
}
