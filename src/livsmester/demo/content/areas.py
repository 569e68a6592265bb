"""The demo municipality's name, its twelve areas and the measured travel times in minutes."""

from people.directory.model import Area, TravelTime

MUNICIPALITY = "Mågefjord Kommune"
EMAIL_DOMAIN = "maagefjord.example"

# Invented places with coordinates in Himmerland, so that the distances are realistic.
AREAS: tuple[Area, ...] = (
    Area("Midtbyen", "Mågefjord Midtby", 56.712, 9.934),
    Area("Havnen", "Mågefjord Havn", 56.705, 9.951),
    Area("Vestervangen", "Vestervangen", 56.716, 9.901),
    Area("Lærkevang", "Lærkevang", 56.733, 9.946),
    Area("Uglebakken", "Uglebakken", 56.698, 9.912),
    Area("Rugholm", "Rugholm Stationsby", 56.752, 9.871),
    Area("Askedal", "Askedal", 56.681, 9.862),
    Area("Vibestrand", "Vibestrand og Havrekær", 56.744, 10.018),
    Area("Tudsemose", "Tudsemose", 56.664, 9.927),
    Area("Kornager", "Kornager og Nørre Kornager", 56.781, 9.913),
    Area("Møllebro", "Møllebro", 56.652, 9.995),
    Area("Fiskerlejet", "Fiskerlejet", 56.687, 10.041),
)

TRAVEL_TIMES: tuple[TravelTime, ...] = (
    TravelTime("Havnen", "Fiskerlejet", 14),  # the ferry
    TravelTime("Midtbyen", "Rugholm", 11),  # the train
    TravelTime("Kornager", "Møllebro", 68),  # two buses
)
