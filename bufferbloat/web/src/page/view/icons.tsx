import type { ComponentChildren } from 'preact';

/** One stroke, one grid of 24: drawn for this page. They stand beside words and are hidden from screen readers. */
function Icon({ children }: { readonly children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const DownIcon = () => (
  <Icon>
    <path d="M12 4v14M6 12.5l6 6 6-6" />
  </Icon>
);

export const UpIcon = () => (
  <Icon>
    <path d="M12 20V6M6 11.5l6-6 6 6" />
  </Icon>
);

export const BothIcon = () => (
  <Icon>
    <path d="M8 4v15M4 15l4 4 4-4M16 20V5M12 9l4-4 4 4" />
  </Icon>
);

export const CallIcon = () => (
  <Icon>
    <rect x="3" y="6" width="12" height="12" rx="2.5" />
    <path d="M15 11l6-3.5v9L15 13" />
  </Icon>
);

export const GameIcon = () => (
  <Icon>
    <path d="M7.5 7h9a5 5 0 0 1 4.9 6l-.7 3.600a2.4 2.4 0 0 1-4.3.9L15 15.5H9l-1.4 2a2.4 2.4 0 0 1-4.3-.9L2.6 13a5 5 0 0 1 4.9-6z" />
    <path d="M8 9.700v3.600M6.2 11.5h3.600M15.5 10.300h.01M17.5 12.700h.01" />
  </Icon>
);

export const StreamIcon = () => (
  <Icon>
    <rect x="3" y="5" width="18" height="12" rx="2" />
    <path d="M10.5 8.5v5l4-2.5zM8 20.5h8" />
  </Icon>
);

export const BrowseIcon = () => (
  <Icon>
    <rect x="3" y="5" width="18" height="14.5" rx="2" />
    <path d="M3 9.5h18M6 7.25h.01M8.5 7.25h.01" />
  </Icon>
);

export const ComputerIcon = () => (
  <Icon>
    <rect x="3" y="4" width="18" height="12.5" rx="2" />
    <path d="M9 20.5h6M12 16.5v4M12 7v5.5M9.5 10l2.5 2.5l2.5-2.5" />
  </Icon>
);

export const CameraIcon = () => (
  <Icon>
    <circle cx="12" cy="10" r="7" />
    <circle cx="12" cy="10" r="2.5" />
    <path d="M9 16.5L7 21h10l-2-4.5" />
  </Icon>
);

export const DeviceIcon = () => (
  <Icon>
    <rect x="6.5" y="2.5" width="11" height="19" rx="2.5" />
    <path d="M10.5 18.5h3" />
  </Icon>
);

export const LineIcon = () => (
  <Icon>
    <path d="M3 9h9l4 2h5M3 15h9l4-2h5" />
  </Icon>
);

export const HouseIcon = () => (
  <Icon>
    <path d="M4 20.5V10.5l8-6.5l8 6.5v10z" />
    <path d="M8.5 12.5h2M13.5 12.5h2M8.5 16.5h2M13.5 16.5h2" />
  </Icon>
);

export const TroubleIcon = () => (
  <Icon>
    <path d="M12 4L2.5 20.5h19zM12 10v5M12 17.9v.1" />
  </Icon>
);

export const DotIcon = () => (
  <Icon>
    <circle class="icon-solid" cx="12" cy="12" r="4" />
  </Icon>
);

export const ClockIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7v5l3.5 2" />
  </Icon>
);

export const DataIcon = () => (
  <Icon>
    <path d="M4 17.5l4-6 4 3.5 4-8 4 4.5" />
  </Icon>
);

export const TabIcon = () => (
  <Icon>
    <path d="M3 18.5h18M5 18.5V9a2 2 0 0 1 2-2h5a2 2 0 0 1 2 2v9.5" />
  </Icon>
);

export const AutoIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8" />
    <path class="icon-solid" d="M12 4a8 8 0 0 1 0 16z" />
  </Icon>
);

export const SunIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 2.5v2.5M12 19v2.5M2.5 12H5M19 12h2.5M5.3 5.300L7 7M17 17l1.7 1.700M18.7 5.300L17 7M7 17l-1.7 1.7" />
  </Icon>
);

export const MoonIcon = () => (
  <Icon>
    <path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z" />
  </Icon>
);

/** Three attached houses, growing like a queue does. */
export const Mark = () => (
  <svg class="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
    <path class="mark-1" d="M2 30V19l4.5-4 4.5 4v11z" />
    <path class="mark-2" d="M11 30V14l5-4.5L21 14v16z" />
    <path class="mark-3" d="M21 30V7l4.5-4L30 7v23z" />
  </svg>
);
